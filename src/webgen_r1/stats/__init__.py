"""Numbers with their uncertainty: intervals, paired tests, agreement."""
