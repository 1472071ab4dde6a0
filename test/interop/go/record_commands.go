package main

import "stoa.test/interop/record"

func recordSign(args struct {
	Fields struct {
		OwnerSeed                          bytesArg
		Network, Space                     string
		Name, Body                         bytesArg
		Seq, CreatedMs, ExpiresMs, HoldsMs uint64
		IsTombstone                        bool
	}
}) (any, error) {
	fields := args.Fields
	signed, err := record.Sign(fields.OwnerSeed, fields.Network, record.Record{
		Space: fields.Space, Name: fields.Name, Seq: fields.Seq, CreatedMs: fields.CreatedMs, ExpiresMs: fields.ExpiresMs,
		HoldsMs: max(fields.HoldsMs, fields.ExpiresMs), Body: fields.Body, Removed: fields.IsTombstone,
	}, record.DefaultLimits)
	return answer{"bytes": bytesArg(signed.Bytes)}, err
}

func recordVerify(args struct {
	Bytes   bytesArg
	Network string
}) (any, error) {
	if _, err := record.Verify(args.Bytes, args.Network, record.DefaultLimits); err != nil {
		return answer{"valid": false, "reason": err.Error()}, nil
	}
	return answer{"valid": true}, nil
}
