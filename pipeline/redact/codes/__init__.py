"""What leads to a person by figures or signs: phones, accounts, plates, numbers of any kind; a text in, spans out."""
