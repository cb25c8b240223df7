internal import CSVText
