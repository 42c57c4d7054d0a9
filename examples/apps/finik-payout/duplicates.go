package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// payoutOf returns a digest of service, recipient and amount. Two rows with the same digest
// pay the same sum to the same recipient. The recipient is every required field except
// money, hidden fields and comments. If no field is left, it is every field except money.
func payoutOf(service *finik.Service, fields finik.Fields, amount decimal.Decimal) string {
	money := moneyFields(service)
	recipient := finik.Fields{}
	for _, f := range service.RequiredFields {
		comment := strings.Contains(strings.ToLower(f.FieldID+" "+f.LabelEN), "comment")
		if value, given := fields[f.FieldID]; given && (f.IsHidden == nil || !*f.IsHidden) && !comment && !slices.Contains(money, f.FieldID) {
			recipient[f.FieldID] = bare(value)
		}
	}
	if len(recipient) == 0 {
		for name, value := range fields {
			if !slices.Contains(money, name) {
				recipient[name] = bare(value)
			}
		}
	}
	text, _ := json.Marshal([]any{service.ID, map[string]any(recipient), amount.Trim(0).String()}) // texts only
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// bare returns the letters and digits of a value, in lower case, so that spaces in a phone
// make no difference.
func bare(value any) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, fmt.Sprint(value))
}

// duplicates adds a problem for each row that was not added yet and pays the same as an
// earlier row of the file. The journal holds rows that were paid under another reference in
// an earlier file.
func duplicates(rows []row, known map[string]finikjournal.Entry, found *problems) {
	first := map[string]row{} // by payout
	for _, r := range rows {
		before, added := known[r.reference]
		if r.payout == "" || before.State == finikjournal.Failed {
			continue
		}
		earlier, twice := first[r.payout]
		if !twice {
			first[r.payout] = r
		}
		if twice && !added {
			found.add(r.line, "recipient and amount are those of line %d, under another reference: -allow-duplicates pays both", earlier.line)
		}
	}
}
