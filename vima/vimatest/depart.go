package vimatest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/vima"
)

// depart makes an operation differ from the documentation's sample in ways that the
// documentation or other clients describe. Most operations stay as they are.
func (g *generator) depart(o *vima.Operation) spelling {
	how := spelling{
		numericIDs: g.percent(3),
		textCID:    g.percent(3),
		nulls:      g.percent(30),
		longTimes:  g.percent(2),
	}
	if g.percent(5) {
		how.extra = []byte(fakeapi.Pick(g.random, extraMembers()...))
	}
	if g.percent(6) {
		g.dropLevel(&o.CreateParams)
	}
	if g.percent(6) {
		g.dropCards(o)
	}
	if g.percent(5) {
		o.PaymentCustomData = nil
		if data := fakeapi.Pick(g.random, customData()...); data != "" {
			o.PaymentCustomData = []byte(data)
		}
	}
	return how
}

// dropLevel removes one object from create_params.
func (g *generator) dropLevel(p *vima.CreateParams) {
	payment := &p.Params.Payment
	switch g.random.IntN(10) {
	case 0:
		*p = vima.CreateParams{}
	case 1:
		p.Params = vima.MethodParams{}
	case 2:
		p.ServiceID = ""
	case 3:
		payment.Payer = vima.Payer{}
	case 4:
		payment.Payer.Person = vima.Person{}
	case 5:
		payment.Payer.CustomerAccount = vima.CustomerAccount{}
	case 6:
		payment.Amount = vima.MinorAmount{}
	case 7:
		payment.Amount.ValueMinor = nil
	case 8:
		payment.Client = vima.ClientInfo{}
	case 9:
		payment.Identifiers = vima.Identifiers{}
	}
}

// dropCards removes all or a part of what the operation has of the payment gate.
func (g *generator) dropCards(o *vima.Operation) {
	switch g.random.IntN(7) {
	case 0:
		o.CardStart = nil
	case 1:
		o.CardStart = []vima.CardStart{}
	case 2:
		o.CardFinish = nil
	case 3:
		o.CardStart, o.CardFinish = nil, nil
	case 4:
		for i := range o.CardStart {
			o.CardStart[i].Amount = nil
		}
	case 5:
		for i := range o.CardFinish {
			o.CardFinish[i].ChargedFee = nil
		}
	case 6:
		for i := range o.CardStart {
			o.CardStart[i].ModifiedAt = time.Time{}
		}
	}
}

// extraMembers returns undocumented members, each with a comma in front.
func extraMembers() []string {
	return []string{
		`,"risk_score":17`,
		`,"provider_reference":"ref-0001","attempts":[]`,
		`,"route":{"id":9007199254740993,"tags":["a","b"],"parent":null}`,
		`,"is_test":false,"note":"\u00e4 \"quoted\" text"`,
	}
}

// customData returns values of payment_custom_data that a text search for a cursor
// would find, and some that are nearly empty; "" is none.
func customData() []string {
	return []string{
		"",
		`{}`,
		`{"name":"apm","operation_create_id":"9999999999999999999","operation_update_id":"9999999999999999999"}`,
		`{"operation_create_id":9999999999999999999,"operation_update_id":1}`,
		`{"echo":{"operations":[{"operation_id":"1","operation_create_id":"9999999999999999998"}]}}`,
		`{"note":"}]},{\"operation_create_id\":\"9999999999999999997\",\"operation_update_id\":\"9999999999999999997\"}]"}`,
		`{"name":"apm\\","path":"C:\\operation_create_id\\\"","list":["[","]","{","}","\\"]}`,
		`{"a\"b":[[[{}]]],"u":"\u005d\u007d\u0022,\u0022operation_update_id\u0022:\u00229999999999999999996\u0022"}`,
	}
}
