package main

import "stoa.test/interop/record"

func recordSign(args struct {
	Fields struct {
		Seed                               bytesArg
		Network, Space                     string
		Name                               bytesArg
		Body                               *bytesArg
		Seq, CreatedMs, ExpiresMs, HoldsMs uint64
	}
}) (any, error) {
	fields := args.Fields
	var body []byte
	if fields.Body != nil {
		body = *fields.Body
	}
	signed, err := record.Sign(fields.Seed, fields.Network, record.Record{
		Space: fields.Space, Name: fields.Name, Seq: fields.Seq, CreatedMs: fields.CreatedMs, ExpiresMs: fields.ExpiresMs,
		HoldsMs: max(fields.HoldsMs, fields.ExpiresMs), Body: body, Removed: fields.Body == nil,
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
