package vimatest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestGenerateIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	hash := func(p vimatest.Plan) string {
		h := sha256.New()
		for _, o := range vimatest.Generate(p) {
			h.Write(o.Raw)
		}
		return hex.EncodeToString(h.Sum(nil))
	}
	plan := vimatest.Plan{Operations: 1000, Seed: 1, From: vima.Date{Year: 2026, Month: time.January, Day: 10}, Days: 3}
	assert.Equal(t, "9ce35b6613c665e08b2f5bde94ec86d7a6a914379a6dc3e25c4c7cd6955aa03f", hash(plan))
	other := plan
	other.Seed = 2
	assert.NotEqual(t, hash(plan), hash(other))
}

func TestGenerateFieldsAreThoseOfRaw(t *testing.T) {
	t.Parallel()
	for _, o := range vimatest.Generate(vimatest.Plan{Operations: 3000, Seed: 5, Days: 2}) {
		var decoded vima.Operation
		require.NoError(t, json.Unmarshal(o.Raw, &decoded), string(o.Raw))
		require.True(t, assert.ObjectsAreEqual(*o, decoded), string(o.Raw))
	}
}

func TestGenerateTimesAndIDs(t *testing.T) {
	t.Parallel()
	from := vima.Date{Year: 2026, Month: time.February, Day: 27}
	ops := vimatest.Generate(vimatest.Plan{Operations: 5000, Seed: 6, From: from, Days: 3})
	require.Len(t, ops, 5000)
	seen, clients := map[string]bool{}, map[string]bool{}
	var last time.Time
	for _, o := range ops {
		require.False(t, o.OperationCreatedAt.Before(from.Time()) || !o.OperationCreatedAt.Before(from.AddDays(3).Time()))
		require.False(t, o.OperationCreatedAt.Before(last), "in the order of creation")
		last = o.OperationCreatedAt
		require.Equal(t, o.OperationCreatedAt.Truncate(time.Millisecond), o.OperationCreatedAt)
		for _, id := range []string{o.OperationID, o.OperationCreateID, o.OperationUpdateID} {
			require.False(t, seen[id], "all ids differ")
			seen[id] = true
		}
		require.False(t, clients[o.ClientOperationID])
		clients[o.ClientOperationID] = true
		for id, at := range map[string]time.Time{
			o.OperationID: o.OperationCreatedAt, o.OperationUpdateID: o.OperationModifiedAt,
		} {
			got, ok := vima.CursorTime(id)
			require.True(t, ok)
			require.Equal(t, at.Truncate(10*time.Millisecond), got)
		}
		require.Less(t, o.OperationID, o.OperationCreateID)
		require.Less(t, o.OperationCreateID, o.OperationUpdateID)
	}
	assert.Equal(t, from.AddDays(2), vima.DateOf(last), "spread over all days")
}

func TestGenerateShapes(t *testing.T) {
	t.Parallel()
	ops := vimatest.Generate(vimatest.Plan{Operations: 5000, Seed: 7})
	size := 0
	shapes := map[string]int{}
	for _, o := range ops {
		raw := string(o.Raw)
		size += len(raw)
		shapes["project "+o.Project]++
		shapes["status "+string(o.CurrentStatus)]++
		shapes["currency "+o.CreateParams.Params.Payment.Amount.Currency]++
		shapes["method "+o.CreateParams.Method]++
		for shape, text := range map[string]string{
			"ids as numbers": `"operation_id":10`, "c_id as text": `"c_id":"`, "c_id as number": `"c_id":1`,
			"payment_status": `"payment_status":"`, "null": `":null`, "amount null": `"complete_amount":null`,
			"amount": `"complete_amount":`, "no card_start": `"card_start":[]`, "no card_finish": `"card_finish":[]`,
			"false create cursor": `"operation_create_id\":\"9999999999999999997`, "false update cursor": `operation_update_id":1}`,
			"backslashes": `\\`, "no ip": `"ip_addr":""`, "IPv6": `"2001:db8::`, "micros": `000Z"`, "unknown member": `"risk_score":`,
			"blank time": `"2026-01-01 `, "custom data": `"payment_custom_data":{"name":"apm"}`,
		} {
			if strings.Contains(raw, text) {
				shapes[shape]++
			}
		}
		if !strings.Contains(raw, `"create_params":{`) {
			shapes["no create_params"]++
		}
		require.True(t, json.Valid(o.Raw))
		assert.Equal(t, "payer@example.com", o.Contact)
	}
	assert.InDelta(t, 1800, size/len(ops), 150, "bytes of a row")
	for shape, least := range map[string]int{
		"project monetix": 500, "project caroussel": 500, "project 91game": 1500,
		"status success": 2500, "status fail": 700, "status in_process": 300, "status user_input_required": 150,
		"status failed": 10, "status in process": 10, "status pending": 10,
		"currency INR": 1500, "currency EUR": 800, "currency USD": 500, "currency JPY": 10, "currency KWD": 10, "currency ": 10,
		"method payment.in": 3000, "method payment.out": 700, "method ": 5,
		"ids as numbers": 50, "c_id as text": 50, "c_id as number": 3000, "payment_status": 700,
		"null": 300, "amount null": 200, "amount": 2500, "no card_start": 10, "no card_finish": 500,
		"false create cursor": 5, "false update cursor": 5, "backslashes": 10, "no ip": 1000, "IPv6": 500,
		"micros": 20, "unknown member": 20, "blank time": 4000, "custom data": 4000, "no create_params": 10,
	} {
		assert.GreaterOrEqual(t, shapes[shape], least, shape)
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	assert.Empty(t, vimatest.Generate(vimatest.Plan{}))
	assert.Empty(t, vimatest.Generate(vimatest.Plan{Operations: -1}))
	one := vimatest.Generate(vimatest.Plan{Operations: 1})
	assert.Equal(t, vima.Date{Year: 2026, Month: time.January, Day: 1}, vima.DateOf(one[0].OperationCreatedAt))
	assert.Panics(t, func() { vimatest.Plan{From: vima.Date{Year: 2020, Month: 12, Day: 31}}.All() })
	assert.Panics(t, func() { vimatest.Plan{Days: -1}.All() })

	all := vimatest.Plan{Operations: 10, Seed: 1}.All()
	taken := 0
	for range all {
		if taken++; taken == 3 {
			break
		}
	}
	for o := range all { // starts over
		assert.Equal(t, vimatest.Generate(vimatest.Plan{Operations: 10, Seed: 1})[0], o)
		break
	}
}
