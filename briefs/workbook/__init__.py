"""How does content stand in a spreadsheet? Facts and countries as rows, and the workbook or CSV file that people edit."""
