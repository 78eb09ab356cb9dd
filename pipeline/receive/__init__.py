"""Receive: an export folder comes in; canonical tables go out, or a refusal that a person can act on."""

from pipeline.receive.export import Receipt, receive_export
from pipeline.receive.manifest import Manifest, read_manifest

__all__ = ["Manifest", "Receipt", "read_manifest", "receive_export"]
