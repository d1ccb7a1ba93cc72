"""Lessons: concepts as data, one TOML file each, with checks that a run of theirs can be asked."""
