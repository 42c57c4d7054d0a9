package wallet_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
)

func TestPaymentMarshalsToWhatItWasDecodedFrom(t *testing.T) {
	t.Parallel()
	raw := []byte(`{"id":1,"brand_new_field":{"b":2,"a":[1.50,1e2]},"status":"brand_new_status"}`)
	var p wallet.Payment
	require.NoError(t, p.UnmarshalJSON(raw))
	out, err := p.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, string(raw), string(out))
	raw[2] = 'X' // the caller's bytes are not kept
	assert.Equal(t, byte('i'), p.Raw[2])
}

func TestPaymentWithoutRawKeepsItsTypedFields(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"01-out-update", "07-in-store-get", "16-change-pay"} {
		t.Run(name, func(t *testing.T) {
			var envelope struct {
				Data wallet.Payment `json:"data"`
			}
			require.NoError(t, json.Unmarshal(sample(t, name), &envelope))
			first := envelope.Data
			first.Raw = nil
			out, err := first.MarshalJSON()
			require.NoError(t, err)
			var second wallet.Payment
			require.NoError(t, second.UnmarshalJSON(out), string(out))
			second.Raw = nil
			for _, p := range []*wallet.Payment{&first, &second} { // an empty list and none are one
				for i := range p.Parameters {
					if len(p.Parameters[i].Patterns) == 0 {
						p.Parameters[i].Patterns = nil
					}
					if len(p.Parameters[i].SuggestedValues) == 0 {
						p.Parameters[i].SuggestedValues = nil
					}
				}
			}
			assert.True(t, assert.ObjectsAreEqual(first, second), string(out))
		})
	}
}

func TestPaymentIsTolerant(t *testing.T) {
	t.Parallel()
	var p wallet.Payment
	require.NoError(t, p.UnmarshalJSON([]byte(`{
		"id": "1401089240377", "client_payment_id": null, "type": "brand_new_type", "status": "brand_new_status",
		"decline_reason": "brand_new_reason", "amount": "8.03", "total": null, "created_at": "next Tuesday", "processed_at": "",
		"service": [], "card": [], "wallet": [], "destination": null, "parameters": [], "inbound": [], "remote_check": 1414678875803}`)))
	assert.Equal(t, int64(1401089240377), p.ID)
	assert.Equal(t, "8.03", p.Amount.String())
	assert.Nil(t, p.Total)
	_, ok := p.Fee()
	assert.False(t, ok)
	assert.True(t, p.CreatedAt.IsZero())
	assert.Equal(t, "1414678875803", p.RemoteCheck)
	assert.False(t, p.Status.Final())
	assert.Equal(t, wallet.DeclineReason("brand_new_reason"), p.DeclineReason)
	assert.False(t, p.NeedsCardPage())
}

func TestPaymentRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no id":          `{"status":"created"}`,
		"null":           `null`,
		"list":           `[]`,
		"a list with it": `[1]`,
		"twice":          `{"id":1,"id":2}`,
		"twice deep":     `{"id":1,"card":{"id":1,"id":2}}`,
		"wrong case":     `{"ID":1}`,
		"status":         `{"id":1,"status":[1]}`,
		"inexact amount": `{"id":1,"amount":0.12345678901234567890123}`,
		"huge exponent":  `{"id":1,"amount":1e999999999}`,
		"half an id":     `{"id":1.5}`,
		"id too large":   `{"id":9223372036854775808}`,
		"trailing":       `{"id":1} x`,
	} {
		t.Run(name, func(t *testing.T) {
			p := wallet.Payment{ID: 7}
			require.Error(t, p.UnmarshalJSON([]byte(text)), name)
			assert.Equal(t, int64(7), p.ID, "%s: a failed decode changes nothing", name)
		})
	}
}

func TestFeeAndFinal(t *testing.T) {
	t.Parallel()
	p := wallet.Payment{Amount: new(decimal.MustParse("5")), Total: new(decimal.MustParse("8.03"))}
	fee, ok := p.Fee()
	require.True(t, ok)
	assert.Equal(t, "3.03", fee.String())
	for status, final := range map[wallet.Status]bool{
		wallet.StatusCreated: false, wallet.StatusProcessing: false, wallet.StatusCompleted: true, wallet.StatusDeclined: true, "": false, "COMPLETED": false,
	} {
		assert.Equal(t, final, status.Final(), status)
	}
}

// Both shapes of a parameter, and what only the later documentation shows.
func TestParameters(t *testing.T) {
	t.Parallel()
	var p wallet.Parameter
	require.NoError(t, p.UnmarshalJSON([]byte(`{"code":"578","name":"Kind","value":"1"}`)))
	assert.Equal(t, wallet.Parameter{ID: "578", Title: "Kind", Value: "1"}, p)
	require.NoError(t, p.UnmarshalJSON([]byte(`{"id":"a","patterns":[{"pattern":"^a$","description":"an a"}],
		"items":[{"code":"1","value":"one"}],"default_value":"x","service_param_pattern_id":7,"range_start":1,"range_end":12}`)))
	assert.Equal(t, wallet.Parameter{
		ID: "a", Patterns: []wallet.ParameterPattern{{Pattern: "^a$", Description: "an a"}}, Items: []wallet.ParameterItem{{Code: "1", Value: "one"}},
		DefaultValue: "x", PatternID: "7", RangeStart: "1", RangeEnd: "12",
	}, p)
	out, err := p.MarshalJSON()
	require.NoError(t, err)
	var again wallet.Parameter
	require.NoError(t, again.UnmarshalJSON(out))
	assert.Equal(t, p, again)
	require.NoError(t, p.UnmarshalJSON([]byte(`{"id":"a","items":{"unknown":"shape"}}`)))
	assert.Nil(t, p.Items)
	require.Error(t, p.UnmarshalJSON([]byte(`{"id":"a","min_length":"x"}`)))
}

func TestMeta(t *testing.T) {
	t.Parallel()
	var m wallet.Meta
	raw := `{"code":"200","time":0.37646400928497314453125,"request_time":1407428185,"urgent_data":[],"suggestions":{"a":1},"next_action":"brand_new"}`
	require.NoError(t, m.UnmarshalJSON([]byte(raw)))
	assert.Equal(t, "0.37646400928497314453125", m.Time, "a statistic never breaks an answer")
	assert.Equal(t, time.Unix(1407428185, 0).UTC(), m.RequestTime)
	assert.Nil(t, m.UrgentData.Amount)
	out, err := json.Marshal(m)
	require.NoError(t, err)
	assert.Equal(t, raw, string(out))
	m.Raw = nil
	out, err = json.Marshal(m)
	require.NoError(t, err)
	require.NoError(t, m.UnmarshalJSON(out))
	require.Error(t, m.UnmarshalJSON([]byte(`{"code":{}}`)))
}

func FuzzPayment(f *testing.F) {
	for _, name := range samples(f) {
		f.Add(sample(f, name))
	}
	f.Add([]byte(`{"id":1e3,"total":"1.10","parameters":[{"code":1}],"card":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var p, again wallet.Payment
		if p.UnmarshalJSON(data) != nil {
			return
		}
		out, err := p.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, data, out)
		p.Raw = nil
		typed, err := p.MarshalJSON()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalJSON(typed), string(typed))
		require.Equal(t, p.ID, again.ID)
		require.Equal(t, p.Amount, again.Amount)
		require.Len(t, again.Parameters, len(p.Parameters))
	})
}

// An answer of any shape is a payment or an error, never both and never neither.
func FuzzAnswer(f *testing.F) {
	for _, name := range samples(f) {
		f.Add(200, sample(f, name))
	}
	f.Add(422, []byte(`{"meta":{"code":422,"error":"invalid_amount","details":[]}}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 599 || len(body) > 1<<16 {
			return
		}
		client := inMemoryAnswer(t, status, body)
		r, err := client.ExecutePayment(t.Context(), 1, wallet.ExecutePaymentRequest{})
		require.Equal(t, err == nil, r != nil)
		if err == nil {
			require.Equal(t, 2, status/100)
			require.Positive(t, r.Payment.ID)
		}
	})
}
