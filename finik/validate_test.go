package finik_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func dec(text string) decimal.Decimal { return decimal.MustParse(text) }

// bill is a service with a field of each kind.
func bill() finik.Service {
	return finik.Service{
		ID: "bill", MinAmount: new(dec("10")), MaxAmount: new(dec("15000.00")),
		RequiredFields: []finik.RequiredField{
			{FieldID: "phone", KeyboardType: finik.KeyboardTypePhone, MinLength: 13, MaxLength: 13, InputMask: "+996 [000]", Prefix: "+996"},
			{FieldID: "sum", KeyboardType: finik.KeyboardTypeMoney, MaxLength: 9},
			{FieldID: "code", Value: "77", IsHidden: new(true)},
			{FieldID: "comment", Value: "a default", MinLength: 2, MaxLength: 5},
		},
	}
}

func TestValidateFields(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(finik.Fields)
		fault  string // "" is none
	}{
		"good":               {func(finik.Fields) {}, ""},
		"more":               {func(f finik.Fields) { f["extra"] = 1 }, ""},
		"missing":            {func(f finik.Fields) { delete(f, "phone") }, `Fields["phone"]: the service requires it`},
		"empty":              {func(f finik.Fields) { f["phone"] = "" }, `Fields["phone"]: the service requires it`},
		"missing amount":     {func(f finik.Fields) { delete(f, "sum") }, `Fields["sum"]: the service requires it`},
		"missing fixed":      {func(f finik.Fields) { delete(f, "code") }, `Fields["code"]: the service requires it`},
		"other fixed":        {func(f finik.Fields) { f["code"] = "78" }, `Fields["code"]: must have the value`},
		"fixed as a number":  {func(f finik.Fields) { f["code"] = 77 }, ""},
		"fixed as a list":    {func(f finik.Fields) { f["code"] = []any{"77"} }, `Fields["code"]: must have the value`},
		"default changed":    {func(f finik.Fields) { f["comment"] = "mine" }, ""},
		"default left out":   {func(f finik.Fields) { delete(f, "comment") }, `Fields["comment"]: the service requires it`},
		"short":              {func(f finik.Fields) { f["comment"] = "a" }, `Fields["comment"]: must have at least 2 characters`},
		"long":               {func(f finik.Fields) { f["comment"] = "abcdef" }, `Fields["comment"]: must have at most 5 characters`},
		"bytes are no bound": {func(f finik.Fields) { f["comment"] = "привё" }, ""},
		"emoji is one":       {func(f finik.Fields) { f["comment"] = "😀😀😀😀😀" }, ""},
		"six emoji":          {func(f finik.Fields) { f["comment"] = "😀😀😀😀😀😀" }, "at most 5"},
		"combining":          {func(f finik.Fields) { f["comment"] = "e\u0301e\u0301e\u0301" }, "at most 5"},
		"mask not enforced":  {func(f finik.Fields) { f["phone"] = "anything12345" }, ""},
		"number for text":    {func(f finik.Fields) { f["phone"] = int64(9960000000010) }, ""},
		"bool":               {func(f finik.Fields) { f["comment"] = true }, ""},
		"nested":             {func(f finik.Fields) { f["comment"] = map[string]any{} }, ""},
		"below":              {func(f finik.Fields) { f["sum"] = dec("9.99") }, `Fields["sum"]: must be at least 10`},
		"lowest":             {func(f finik.Fields) { f["sum"] = dec("10.00") }, ""},
		"highest":            {func(f finik.Fields) { f["sum"] = "15000" }, ""},
		"above":              {func(f finik.Fields) { f["sum"] = "15000.01" }, `Fields["sum"]: must be at most 15000.00`},
		"integer amount":     {func(f finik.Fields) { f["sum"] = 100 }, ""},
		"number amount":      {func(f finik.Fields) { f["sum"] = json.Number("10.5") }, ""},
		"exponent":           {func(f finik.Fields) { f["sum"] = "1e3" }, `Fields["sum"]: must be an amount`},
		"capital exponent":   {func(f finik.Fields) { f["sum"] = "1E3" }, `Fields["sum"]: must be an amount`},
		"exponent of none":   {func(f finik.Fields) { f["sum"] = json.Number("1e+21") }, `Fields["sum"]: must be an amount`},
		"blanks":             {func(f finik.Fields) { f["comment"] = " \t\u00a0" }, `Fields["comment"]: the service requires it`},
		"amount of blanks":   {func(f finik.Fields) { f["sum"] = "  " }, `Fields["sum"]: the service requires it`},
		"amount beside":      {func(f finik.Fields) { f["amount"] = "-5" }, ""}, // sum is the amount
		"exponent bomb":      {func(f finik.Fields) { f["sum"] = "1e999999999" }, `Fields["sum"]: must be an amount`},
		"amount of words":    {func(f finik.Fields) { f["sum"] = "much" }, `Fields["sum"]: must be an amount`},
		"comma":              {func(f finik.Fields) { f["sum"] = "100,00" }, `Fields["sum"]: must be an amount`},
		"blank":              {func(f finik.Fields) { f["sum"] = " 100" }, `Fields["sum"]: must be an amount`},
		"zero":               {func(f finik.Fields) { f["sum"] = 0 }, `Fields["sum"]: must be above 0`},
		"negative":           {func(f finik.Fields) { f["sum"] = -5 }, `Fields["sum"]: must be above 0`},
		"bool amount":        {func(f finik.Fields) { f["sum"] = true }, `Fields["sum"]: must be an amount`},
		"list amount":        {func(f finik.Fields) { f["sum"] = []any{100} }, `Fields["sum"]: must be an amount`},
		"float":              {func(f finik.Fields) { f["sum"] = 100.0 }, `Fields["sum"]: must not be a float`},
		"nil":                {func(f finik.Fields) { f["phone"] = nil }, `Fields["phone"]: the service requires it`},
	} {
		t.Run(name, func(t *testing.T) {
			fields := finik.Fields{"phone": "+996000000001", "sum": dec("100.00"), "code": "77", "comment": "hello"}
			tt.change(fields)
			err := finik.ValidateFields(bill(), fields)
			if tt.fault == "" {
				assert.NoError(t, err, name)
				return
			}
			require.ErrorIs(t, err, finik.ErrInvalidRequest, name)
			assert.ErrorContains(t, err, tt.fault, name)
		})
	}
}

func TestValidateFieldsReportsEverything(t *testing.T) {
	t.Parallel()
	err := finik.ValidateFields(bill(), finik.Fields{"sum": "5", "code": "secret", "comment": "secret value"})
	assert.EqualError(t, err, `finik: invalid request: Fields["phone"]: the service requires it; `+
		`Fields["sum"]: must be at least 10, the service's MinAmount; `+
		`Fields["code"]: must have the value that the service fixes, see FixedFields; `+
		`Fields["comment"]: must have at most 5 characters`)
}

func TestWhichFieldIsTheAmount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fields []string
		money  string
		bad    string // field that is above the limit, and found
	}{
		{[]string{"amount"}, "", "amount"},
		{[]string{"total"}, "", "total"},
		{[]string{"amount", "total"}, "", "amount"},
		{[]string{"amount", "fee"}, "fee", "fee"},
		{[]string{"other"}, "", ""},
	} {
		s := finik.Service{MaxAmount: new(dec("10"))}
		all := finik.Fields{}
		for _, id := range tt.fields {
			f := finik.RequiredField{FieldID: id}
			if id == tt.money {
				f.KeyboardType = finik.KeyboardTypeMoney
			}
			s.RequiredFields = append(s.RequiredFields, f)
			all[id] = 5
			if id == tt.bad {
				all[id] = 11
			}
		}
		err := finik.ValidateFields(s, all)
		if tt.bad == "" {
			assert.NoError(t, err)
		} else {
			assert.ErrorContains(t, err, tt.bad)
		}
	}
	s := finik.Service{RequiredFields: []finik.RequiredField{{FieldID: "amount"}}}
	assert.NoError(t, finik.ValidateFields(s, finik.Fields{"amount": int64(1 << 40)}), "no limits")
	s.MaxAmount = new(decimal.Decimal{})
	assert.NoError(t, finik.ValidateFields(s, finik.Fields{"amount": int64(1 << 40)}), "a limit of 0 is none")
}

func TestTheUsualAmountIsCheckedWhereItIsNotRequired(t *testing.T) {
	t.Parallel()
	s := finik.Service{MaxAmount: new(dec("10")), RequiredFields: []finik.RequiredField{{FieldID: "phone"}}}
	for _, tt := range []struct {
		fields finik.Fields
		fault  string // "" is none
	}{
		{finik.Fields{"phone": "1", "amount": "-5"}, `Fields["amount"]: must be above 0`},
		{finik.Fields{"phone": "1", "amount": ""}, `Fields["amount"]: must be an amount`},
		{finik.Fields{"phone": "1", "amount": "11"}, `Fields["amount"]: must be at most 10`},
		{finik.Fields{"phone": "1", "total": "11"}, `Fields["total"]: must be at most 10`},
		{finik.Fields{"phone": "1", "amount": "5", "total": "11"}, ""}, // amount comes first
		{finik.Fields{"phone": "1", "amount": "10"}, ""},
		{finik.Fields{"phone": "1"}, ""},
	} {
		err := finik.ValidateFields(s, tt.fields)
		if tt.fault == "" {
			assert.NoError(t, err, "%v", tt)
		} else {
			assert.ErrorContains(t, err, tt.fault, "%v", tt)
		}
	}
	s.RequiredFields = []finik.RequiredField{{FieldID: "sum", KeyboardType: "money"}}
	assert.ErrorContains(t, finik.ValidateFields(s, finik.Fields{"sum": "11"}), "at most 10", "letters of any case")
	s.RequiredFields = []finik.RequiredField{{FieldID: "gap", Value: " ", IsHidden: new(true)}}
	assert.NoError(t, finik.ValidateFields(s, s.FixedFields()), "a fixed blank is what the service wants")
}

// What the fake takes is what ValidateFields lets pass, and FixedFields help.
func TestFixedFields(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	for s, err := range client.AllServices(t.Context(), finik.ListServicesParams{Status: []finik.ServiceStatus{finik.ServiceStatusEnabled}}) {
		require.NoError(t, err)
		fields := s.FixedFields()
		for _, f := range s.RequiredFields {
			switch {
			case f.IsHidden != nil && *f.IsHidden:
			case f.KeyboardType == finik.KeyboardTypeMoney:
				fields[f.FieldID] = hundred
			case f.KeyboardType == finik.KeyboardTypePhone:
				fields[f.FieldID] = finiktest.DefaultPhone
			default:
				fields[f.FieldID] = strings.Repeat("1", max(1, f.MinLength))
			}
		}
		require.NoError(t, finik.ValidateFields(*s, fields), s.ID)
		r := transfer(finik.NewTransactionID())
		r.ServiceID, r.Fields = s.ID, fields
		_, err := client.CreatePayment(t.Context(), r)
		require.NoError(t, err, s.ID)
		assert.Equal(t, 1, srv.Debits(r.TransactionID))
	}
}

// What a service limits and cannot be read holds a payment up; how it looks does not.
func TestAServiceWhoseLimitsCannotBeRead(t *testing.T) {
	t.Parallel()
	for pointer, holdsUp := range map[string]bool{
		"/minAmount": true, "/maxAmount": true, "/requiredFields": true, "/requiredFields/0": true,
		"/requiredFields/0/fieldId": true, "/requiredFields/0/isHidden": true, "/requiredFields/11/maxLength": true,
		"/requiredFields/0/value": true, "/requiredFields/0/keyboardType": true,
		"/logo": false, "/name_en": false, "/popularityScore": false,
		"/requiredFields/0/label_ru": false, "/requiredFields/0/orderNumber": false, "/requiredFields/0/inputMask": false,
	} {
		t.Run(pointer, func(t *testing.T) {
			t.Parallel()
			err := finik.ValidateFields(finik.Service{ID: "service", Unread: []string{pointer}}, finik.Fields{"account": "1"})
			if !holdsUp {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, finik.ErrInvalidRequest)
			require.ErrorContains(t, err, "service: "+pointer+" cannot be read, see Unread")
		})
	}
}
