"""What do we know in numbers? Columns, and tables with a value for a country, a column and a period."""
