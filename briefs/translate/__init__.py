"""What translators get and give back: the texts of an edition as XLIFF, PO, TMX or a workbook."""
