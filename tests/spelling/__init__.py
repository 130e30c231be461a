"""The same settings in other spellings: wherever Axolotl resolves them alike, memwizard must read them alike."""
