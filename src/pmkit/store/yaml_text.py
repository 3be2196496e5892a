"""YAML as people write it: read with places, edited in place, written anew."""

from pmkit.store.yaml_edit import amend_items, append_item, locate, remove, set_value
from pmkit.store.yaml_read import decode, parse, parse_record
from pmkit.store.yaml_write import EditRefused, dump

__all__ = [
    "EditRefused",
    "amend_items",
    "append_item",
    "decode",
    "dump",
    "locate",
    "parse",
    "parse_record",
    "remove",
    "set_value",
]
