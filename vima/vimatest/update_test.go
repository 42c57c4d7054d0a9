package vimatest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	srv := start(t)
	ops := vimatest.Generate(vimatest.Plan{Operations: 300, Seed: 1})
	srv.Seed(ops...)
	newest := ""
	for _, o := range ops {
		if len(newest) < len(o.OperationUpdateID) || newest < o.OperationUpdateID {
			newest = o.OperationUpdateID
		}
	}
	before := *ops[20]
	srv.Update(before.OperationID, func(o *vima.Operation) {
		assert.Nil(t, o.Raw)
		assert.Greater(t, o.OperationUpdateID, newest)
		o.CurrentStatus = "brand_new_status"
	})
	got := list(t, srv, "from_operation_update_id="+newest)
	require.Len(t, got, 1)
	after := got[0]
	assert.Equal(t, before.OperationID, after.OperationID)
	assert.Equal(t, vima.Status("brand_new_status"), after.CurrentStatus)
	assert.True(t, after.OperationModifiedAt.After(before.OperationModifiedAt))
	at, ok := vima.CursorTime(after.OperationUpdateID)
	assert.True(t, ok)
	assert.Equal(t, at, after.OperationModifiedAt, "the id holds the time of the change")

	want := before // except what has changed
	want.CurrentStatus, want.Raw = after.CurrentStatus, after.Raw
	want.OperationUpdateID, want.OperationModifiedAt = after.OperationUpdateID, after.OperationModifiedAt
	assert.True(t, assert.ObjectsAreEqual(&want, after), string(after.Raw))

	stream := walk(t, srv, "from_operation_update_id", 100)
	assert.Len(t, stream, 300, "once each")
	assert.Equal(t, before.OperationID, stream[299].OperationID)
}

func TestUpdateTwice(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	for range 1500 { // so often that the places of old versions are cleared away
		srv.Update("3", func(*vima.Operation) {})
		srv.Update("1", func(*vima.Operation) {})
	}
	assert.Equal(t, "5 2 4 3 1", ids(t, srv, "from_operation_update_id=0"))
	assert.Equal(t, "1 2 3 4 5", ids(t, srv, ""))
	assert.Len(t, srv.Rows(), 5)
}

func TestUpdateKeepsUndocumentedMembers(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(&vima.Operation{Raw: []byte(`{"z":1,"operation_id":"1","operation_create_id":"1","operation_update_id":"1","a":[{"b": 9007199254740993}]}`)})
	srv.Update("1", func(o *vima.Operation) { o.Project = "p" })
	raw := string(srv.Rows()[0])
	assert.True(t, strings.HasSuffix(raw, `,"a":[{"b": 9007199254740993}],"z":1}`), raw)
	assert.Equal(t, 1, strings.Count(raw, `"operation_id"`))

	srv.Update("1", func(o *vima.Operation) {
		o.OperationUpdateID, o.OperationModifiedAt = "5", time.Date(2026, 1, 1, 0, 0, 0, 1000, time.UTC)
	})
	assert.Equal(t, "1", ids(t, srv, "from_operation_update_id=4"))
	assert.Empty(t, ids(t, srv, "from_operation_update_id=5"))
	assert.Contains(t, string(srv.Rows()[0]), `"operation_modified_at":"2026-01-01T00:00:00.000001Z"`)

	srv.Update("1", func(o *vima.Operation) { o.Raw = []byte(`"not an object"`) })
	_, body, err := get(t, srv, "")
	require.NoError(t, err)
	assert.Equal(t, `["not an object"]`, body)
}
