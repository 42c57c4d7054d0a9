package finikjournal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finikjournal"
)

var every = []finikjournal.State{
	finikjournal.Held, finikjournal.Queued, finikjournal.Sending, finikjournal.Waiting,
	finikjournal.Unknown, finikjournal.Paid, finikjournal.Failed, finikjournal.Canceled,
}

// table has the transitions as a reader would write them: event, from, to, and what else
// must be so. It is not made from the code's own table.
const table = `
release held queued
cancel held,queued canceled unsent
hold queued held unsent
intent queued,sending sending
refused queued failed unsent
again queued queued unsent
refused sending failed first
turned_away sending queued,held first
again sending sending
accepted sending,unknown waiting sent
look waiting waiting
ended sending,waiting paid,failed
gave_up sending,waiting unknown
evidence waiting,unknown paid,failed
resend unknown sending
settle sending,waiting,unknown paid,failed
settle failed paid contradicted
settle paid failed contradicted
told_paid sending,waiting,unknown,failed paid sent
told_failed sending,waiting,unknown failed sent
told_unsent held,queued,failed,canceled unknown unsent
told_failed paid paid
assume_sent queued sending unsent
`

// Every event in every state, to every state, under every condition.
func TestAllPairsOfStateAndEvent(t *testing.T) {
	t.Parallel()
	allowed := map[string]string{}
	events := map[string]bool{"add": true, "note": true, "reissue": true}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		words := append(strings.Fields(line), "")
		events[words[0]] = true
		for from := range strings.SplitSeq(words[1], ",") {
			for to := range strings.SplitSeq(words[2], ",") {
				allowed[words[0]+" "+from+" "+to] += " " + words[3] + "."
			}
		}
	}
	for _, s := range every {
		allowed[fmt.Sprintf("note %s %s", s, s)] = " ."
	}
	allowed["reissue failed failed"], allowed["reissue canceled canceled"] = " .", " ."
	pairs := 0
	for event := range events {
		for _, from := range every {
			for _, to := range every {
				for _, sent := range []bool{false, true} {
					for _, attempts := range []int{1, 2} {
						for _, flags := range []finikjournal.Flags{0, finikjournal.Contradicted} {
							under := allowed[fmt.Sprintf("%s %s %s", event, from, to)]
							want := under != "" && (strings.Contains(under, " .") || strings.Contains(under, "unsent.") && !sent ||
								strings.Contains(under, " sent.") && sent || strings.Contains(under, "first.") && sent && attempts == 1 ||
								strings.Contains(under, "contradicted.") && flags != 0)
							assert.Equal(t, want, finikjournal.May(event, from, to, sent, attempts, flags), "%s: %s to %s, sent %v, attempts %d, flags %v", event, from, to, sent, attempts, flags)
							pairs++
						}
					}
				}
			}
		}
	}
	assert.Equal(t, len(events)*8*8*8, pairs)
}

// The tables could serve another provider: no file with SQL uses its client, and the
// history and the payouts lose no row.
func TestStatements(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	statement := regexp.MustCompile("(?s)`[^`]*(SELECT|INSERT|UPDATE|DELETE|WITH) [^`]*`")
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, sql := range statement.FindAllString(string(text), -1) {
			seen++
			assert.NotRegexp(t, `DELETE FROM|UPDATE payout_history`, sql, file)
			assert.NotContains(t, string(text), `payclients-go/finik"`, "%s: imports the client", file)
		}
	}
	assert.Greater(t, seen, 20)
}
