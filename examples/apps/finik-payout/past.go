package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
)

// past is what journals say of payments that were begun.
type past struct {
	last   map[string]record // of the journal of this file, by reference
	others []other
	allow  bool // the same recipient and amount under two references
}

// other is a record in the journal of another file.
type other struct {
	record

	journal string // name of its file
}

// payoutOf returns a digest of service, recipient and amount: two rows that have
// it alike pay the same sum to the same recipient. The recipient is all that the
// service requires but money, what it fixes, and comments. Where that is nothing,
// it is every field but money.
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

// bare returns the letters and digits of a value: a phone with blanks is the same.
func bare(value any) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, fmt.Sprint(value))
}

// name returns what finds a payment under another reference. Records of older
// programs have no payout: those have to be alike in all.
func (r record) name() string { return cmp.Or(r.Payout, r.Digest) }

// duplicates finds rows that are not begun and pay what another row pays: in the
// file, in its journal, or in the journal of another file. What has failed is no
// payment. What may have been made is never paid once more by another name.
func (p past) duplicates(rows []row, found *faults) {
	here := map[string]bool{}
	for _, r := range rows {
		here[r.reference] = true
	}
	gone := map[string]record{} // from the file, by name; those in doubt come first
	for _, g := range orphans(p.last, here) {
		if before, ok := gone[g.name()]; g.State.doubtful() && (!ok || before.State.final()) {
			gone[g.name()] = g
		}
	}
	doubt, paid := map[string]other{}, map[[2]string]other{} // of other files
	for _, o := range p.others {
		switch {
		case o.State == statePaid:
			paid[[2]string{o.Reference, o.Digest}] = o
		case o.State.doubtful():
			doubt[o.name()] = o
		}
	}
	first := map[string]row{} // by payout
	for _, r := range rows {
		before := p.last[r.reference]
		if r.payout == "" || before.State == stateFailed {
			continue
		}
		earlier, twice := first[r.payout]
		if !twice {
			first[r.payout] = r
		}
		if before.Digest != "" {
			continue // it goes on with what was begun
		}
		if twice && !p.allow {
			found.add(r.line, "recipient and amount are those of line %d, under another reference: -allow-duplicates pays both", earlier.line)
		}
		for _, name := range []string{r.payout, r.digest} {
			if g, ok := gone[name]; ok && !g.State.final() {
				found.add(r.line, "this may have been paid under the reference %s, which is no longer in the file: put that back in place of this one", g.Reference)
			} else if ok && !p.allow {
				found.add(r.line, "this was paid under the reference %s, which is no longer in the file: -allow-duplicates pays it once more", g.Reference)
			}
			if o, ok := doubt[name]; ok {
				found.add(r.line, "this may have been paid under the reference %s by the journal %s: go on with that one", o.Reference, o.journal)
			}
		}
		if o, ok := paid[[2]string{r.reference, r.digest}]; ok && !p.allow {
			found.add(r.line, "this was paid under the same reference by the journal %s: go on with that one, or pay it once more by -allow-duplicates", o.journal)
		}
	}
}

// elsewhere returns what other journals in some folders say, as far as they are
// of the same service, account and user. What cannot be read is none.
func elsewhere(own string, key journalKey, folders ...string) (out []other) {
	var seen []os.FileInfo
	if info, err := os.Stat(own); err == nil {
		seen = append(seen, info)
	}
	for _, folder := range folders {
		entries, _ := os.ReadDir(folder)
		for _, entry := range entries {
			name := filepath.Join(folder, entry.Name())
			info, err := os.Stat(name)
			if err != nil || !info.Mode().IsRegular() || !strings.HasSuffix(name, journalSuffix) ||
				slices.ContainsFunc(seen, func(s os.FileInfo) bool { return os.SameFile(s, info) }) {
				continue
			}
			seen = append(seen, info)
			text, _ := os.ReadFile(name)
			last, _, _ := replay(text[:bytes.LastIndexByte(text, '\n')+1], key)
			for _, r := range last {
				out = append(out, other{r, entry.Name()})
			}
		}
	}
	return out
}
