package wallet_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
)

// samples are the answers of the documentation, in its order.
func samples(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir("testdata/samples")
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".json"))
	}
	return names
}

// Each sample is decoded by the call that it answers, and every member of it is
// found in a typed field again.
func TestEverySampleDecodesCompletely(t *testing.T) {
	t.Parallel()
	names := samples(t)
	require.Len(t, names, 20)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := sample(t, name)
			var typed any
			switch {
			case strings.HasSuffix(name, "webhook"):
				var e wallet.Event
				require.NoError(t, e.UnmarshalJSON(raw))
				assert.Equal(t, raw, []byte(e.Raw))
				typed = tree(e)
			default:
				typed = map[string]any{"meta": tree(metaAndData(t, name, raw)[0]), "data": tree(metaAndData(t, name, raw)[1])}
			}
			var wire any
			decoder := json.NewDecoder(strings.NewReader(string(raw)))
			decoder.UseNumber()
			require.NoError(t, decoder.Decode(&wire))
			contains(t, "", wire, typed)
		})
	}
}

// metaAndData calls the method that a sample answers.
func metaAndData(t *testing.T, name string, raw []byte) [2]any {
	t.Helper()
	client := answer(t, 200, string(raw))
	var r *wallet.PaymentResult
	var err error
	switch {
	case strings.HasSuffix(name, "list"):
		page, err := client.ListPayments(t.Context(), wallet.ListPaymentsParams{})
		require.NoError(t, err)
		assert.Empty(t, page.Bad)
		return [2]any{page.Meta, page.Payments}
	case strings.HasSuffix(name, "reset-unseen"):
		meta, err := client.ResetUnseen(t.Context())
		require.NoError(t, err)
		return [2]any{*meta, "ok"}
	case strings.HasSuffix(name, "best-p2p"):
		meta, err := client.ReportBestTransfer(t.Context(), bestReport())
		require.NoError(t, err)
		return [2]any{*meta, nil}
	case strings.HasSuffix(name, "pay"):
		r, err = client.ExecutePayment(t.Context(), 25818, wallet.ExecutePaymentRequest{})
	case strings.HasSuffix(name, "get"):
		r, err = client.GetPayment(t.Context(), 1401089237231)
	default:
		r, err = client.CreatePayment(t.Context(), phoneBill(testID))
	}
	require.NoError(t, err)
	return [2]any{r.Meta, r.Payment}
}

// tree is what the typed fields of v hold, without Raw, as JSON values.
func tree(v any) any {
	if v == nil {
		return nil
	}
	out, err := json.Marshal(withoutRaw(reflect.ValueOf(v)).Interface())
	if err != nil {
		panic(err)
	}
	var all any
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	decoder.UseNumber()
	if err := decoder.Decode(&all); err != nil {
		panic(err)
	}
	return all
}

// withoutRaw is a deep copy of v in which every Raw is nil, so that it marshals
// its typed fields.
func withoutRaw(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*decimal.Decimal]() {
			return v
		}
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(withoutRaw(v.Elem()))
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(withoutRaw(v.Index(i)))
		}
	case reflect.Struct:
		out.Set(v)
		for i := range v.NumField() {
			switch field := v.Type().Field(i); {
			case !field.IsExported():
			case field.Name == "Raw":
				out.Field(i).SetZero()
			default:
				out.Field(i).Set(withoutRaw(v.Field(i)))
			}
		}
	default:
		return v
	}
	return out
}

// contains reports every value of the wire that no typed field holds. Both
// shapes of a parameter have the same fields; numbers and their texts are equal,
// and so are a missing value and one that says nothing.
func contains(t *testing.T, at string, wire, typed any) {
	t.Helper()
	switch wire := wire.(type) {
	case map[string]any:
		fields, ok := typed.(map[string]any)
		require.True(t, ok, "%s is %T", at, typed)
		for name, value := range wire {
			known, ok := fields[name]
			if !ok && name == "code" {
				known, ok = fields["id"]
			}
			if !ok && name == "name" {
				known, ok = fields["title"]
			}
			if !ok && saysNothing(value) {
				continue
			}
			require.True(t, ok, "%s/%s has no field", at, name)
			contains(t, at+"/"+name, value, known)
		}
	case []any:
		if len(wire) == 0 && typed == nil {
			return
		}
		list, ok := typed.([]any)
		require.True(t, ok, "%s is %T", at, typed)
		require.Len(t, list, len(wire), at)
		for i := range wire {
			contains(t, at+"/"+strconv.Itoa(i), wire[i], list[i])
		}
	case nil:
	default:
		assert.Equal(t, text(wire), text(typed), at)
	}
}

func saysNothing(v any) bool {
	list, ok := v.([]any)
	return v == nil || v == false || v == "" || ok && len(list) == 0
}

func text(v any) string {
	switch v := v.(type) {
	case json.Number:
		return string(v)
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return at.Format(time.RFC3339Nano)
		}
		return v
	}
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}

func bestReport() wallet.BestTransferReport {
	return wallet.BestTransferReport{
		PaymentID: 12345678,
		Sender:    wallet.BestParty{ID: 7777777, Phone: "+996000000004"},
		Recipient: wallet.BestParty{ID: 88888888, Phone: "+996000000005"},
	}
}
