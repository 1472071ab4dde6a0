//! Names of spaces, markets and topics.

/// `alnum *(alnum / "." / "_" / "-")`, in lower case: spec/records.md §2.
pub fn is_space(text: &str, max_length: usize) -> bool {
    text.len() <= max_length && text.split('/').all(|segment| is_segment(segment, |c| c.is_ascii_lowercase()))
}

/// The same with letters of any case: spec/broadcast.md §2.
pub fn is_topic_name(text: &str) -> bool {
    text.len() <= 128 && text.split('/').all(|segment| is_segment(segment, |c| c.is_ascii_alphabetic()))
}

fn is_segment(segment: &str, is_letter: fn(char) -> bool) -> bool {
    let alnum = |c: char| c.is_ascii_digit() || is_letter(c);
    segment.starts_with(alnum) && segment.chars().all(|c| alnum(c) || matches!(c, '.' | '_' | '-'))
}
