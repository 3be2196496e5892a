"""MS Project's XML format (MSPDI), in and out.

Reference: "Project XML Data Interchange Schema" (mspdi_pj12.xsd) in the Microsoft Office Project SDK.
"""

from pmkit.connectors.msproject.read import read
from pmkit.connectors.msproject.write import fingerprints, lost, written

__all__ = ["fingerprints", "lost", "read", "written"]
