use super::report::{Report, refused, same};
use crate::core::place::{Entry, Parameters, Stamp, capacity, held, place, size_class, time_class};
use crate::failure::{Failure, failed};
use crate::json::{bytes, flag, key, list, number, number_or, text};
use serde_json::Value;

const MAX_TTL_MS: u64 = 2_592_000_000;

pub fn valid(vectors: &Value, report: &mut Report) {
    let stamps = vectors["stamps"].as_array().cloned().unwrap_or_default();
    report.each(vectors, "sizeClasses", |vector| {
        same("class", size_class(number(vector, "bytes")?).into(), number(vector, "sizeClass")?)
    });
    report.each(vectors, "timeClasses", |vector| {
        same("class", time_class(number(vector, "ms")?).into(), number(vector, "timeClass")?)
    });
    report.each(vectors, "capacities", |vector| {
        same("capacity", capacity(number(vector, "budgetBytes")?, signed(vector, "rank")?), number(vector, "bytes")?)
    });
    report.each(vectors, "stamps", |vector| {
        let (key, stamp) = (key(vector, "key")?, stamp(vector)?.map_err(failed)?);
        same("hash", hex::encode(stamp.hash(&key)).as_str(), text(vector, "hash")?)?;
        same("bits", stamp.bits(&key).into(), number(vector, "bits")?)?;
        same("rank", stamp.rank(&key), signed(vector, "rank")?)
    });
    report.each(vectors, "coverage", |vector| {
        let stamp = stamp(&stamps[number(vector, "stamp")? as usize])?.map_err(failed)?;
        let (size, created, holds) = sized(vector)?;
        same("covers", stamp.covers(size, created, holds), flag(vector, "covers"))
    });
    report.each(vectors, "places", |vector| {
        let named: Vec<u64> = list(vector, "stamps")?.iter().filter_map(Value::as_u64).collect();
        let usable = named.iter().map(|at| stamp(&stamps[*at as usize])?.map_err(failed));
        let usable = usable.collect::<Result<Vec<Stamp>, Failure>>()?;
        let (size, created, holds) = sized(vector)?;
        let found = place(&key(&stamps[0], "key")?, size, created, holds, &usable);
        same("charge", found.charge, number(vector, "charge")?)?;
        same("rank", found.rank, signed(vector, "rank")?)?;
        same("uses", found.uses.map(|at| named[at]), vector["uses"].as_u64())
    });
    report.each(vectors, "sets", |vector| {
        let entries = list(vector, "entries")?.iter().map(|value| entry(value, &stamps));
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let given = &vector["params"];
        let parameters = Parameters {
            max_per_group: number_or(given, "maxPerGroup", 100_000) as usize,
            max_ttl_ms: number_or(given, "maxTtlMs", MAX_TTL_MS),
            budget_bytes: number_or(given, "budgetBytes", 268_435_456),
        };
        let now_ms = number(vectors, "nowMs")?;
        let taken: Vec<Entry> =
            entries.into_iter().filter(|entry| entry.refusal(now_ms, parameters.max_ttl_ms).is_none()).collect();
        let mut names: Vec<String> = held(&taken, &parameters).into_iter().map(|entry| entry.name).collect();
        names.sort();
        let expected = list(vector, "held")?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        same("what is held", names, expected)
    });
}

pub fn invalid(vectors: &Value, report: &mut Report) {
    report.each(vectors, "stamps", |vector| refused(stamp(vector)?, Some(text(vector, "reason")?)));
    report.each(vectors, "entries", |vector| {
        let refusal = entry(vector, &[])?.refusal(number(vectors, "nowMs")?, MAX_TTL_MS);
        same("the verdict", refusal, vector["verdict"].as_str())
    });
}

fn stamp(vector: &Value) -> Result<Result<Stamp, String>, Failure> {
    let (from_ms, until_ms) = (number(vector, "fromMs")?, number(vector, "untilMs")?);
    Ok(Stamp::new(number(vector, "sizeClass")?, from_ms, until_ms, &bytes(vector, "nonce")?))
}

fn entry(vector: &Value, stamps: &[Value]) -> Result<Entry, Failure> {
    let stamp = match vector["stamp"].as_u64() {
        Some(at) => Some(stamp(&stamps[at as usize])?.map_err(failed)?),
        None => None,
    };
    Ok(Entry {
        name: text(vector, "name")?.to_owned(),
        id: key(vector, "id")?,
        key: key(vector, "key")?,
        group: text(vector, "group")?.to_owned(),
        seq: number(vector, "seq")?,
        is_final: flag(vector, "final"),
        size_bytes: number(vector, "bytes")?,
        created_ms: number(vector, "createdMs")?,
        expires_ms: number(vector, "expiresMs")?,
        holds_ms: number(vector, "holdsMs")?,
        stamp,
    })
}

fn sized(vector: &Value) -> Result<(u64, u64, u64), Failure> {
    Ok((number(vector, "sizeBytes")?, number(vector, "createdMs")?, number(vector, "holdsMs")?))
}

fn signed(vector: &Value, field: &str) -> Result<i64, Failure> {
    vector[field].as_i64().ok_or_else(|| failed(format!("{field} is no number")))
}
