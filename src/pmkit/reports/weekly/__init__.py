"""The weekly report: one file a section, put together in `report`. The monthly report is made of the same sections."""
