package main

import (
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimatest"
)

// A process is killed in the middle of a pass. The stream goes on with the next
// tick or the one after it, although the job of the killed process stays behind
// as running: in another process that is there, or in one that is started again.
func TestKilledInTheMiddleOfAPass(t *testing.T) {
	t.Parallel()
	const every = 12 * time.Second // of which a busy machine needs some for two pages
	for _, there := range []bool{true, false} {
		name := "another process"
		if !there {
			name = "the same started anew"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(e empty) {
				t, where := e.t, e.where
				srv, env := collector(t, 500)
				env["SYNCD_DB"] = where
				db := open(t, where)
				d := daemonOf(t, db, every, silent(), stub(nil))
				// The third page never comes, for the process that asks for it first.
				reached := make(chan struct{})
				pages := 0
				srv.Inject(vimatest.Fault{Delay: time.Hour, Match: func(vimatest.Request) bool {
					if pages++; pages == 3 {
						close(reached)
					}
					return pages == 3
				}})
				args := []string{"-every", every.String(), "-http", "", "-migrate=false"}
				second := func() {
					_, log := process(t, env, args...)
					eventually(t, "a process that has started", func() bool { return strings.Contains(log.String(), `"started"`) })
				}
				victim, _ := process(t, env, args...)
				<-reached
				stored := func() int { return number(t, db, "SELECT count(*) FROM vima_operations") }
				eventually(t, "a commit", func() bool { return stored() > 0 })
				if there {
					second()
				}
				require.NoError(t, victim.Process.Kill())
				require.Error(t, victim.Wait())
				if !there {
					second()
				}
				from := time.Now()
				eventually(t, "the rest by another process", func() bool { return stored() == 500 })
				eventually(t, "the end of its pass", func() bool {
					return number(t, db, "SELECT count(*) FROM river_job WHERE state = 'completed'") > 0
				})
				var left, next *rivertype.JobRow
				for _, j := range allJobs(t, d.queue) {
					switch {
					case j.State == rivertype.JobStateRunning && left == nil:
						left = j
					case j.State == rivertype.JobStateCompleted && next == nil:
						next = j
					}
				}
				require.NotNil(t, left, "the killed process has left its job behind")
				require.NotNil(t, next)
				assert.Less(t, left.ID, next.ID)
				assert.LessOrEqual(t, next.CreatedAt.Truncate(every).Sub(from.Truncate(every)), 2*every)
			})
		})
	}
}
