package sqltest_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func vimaSink(b *testing.B) sink {
	b.Helper()
	pages := paged(vimatest.Plan{Operations: benchRows, Seed: 1}.All(), 100, func(o *vima.Operation) *vima.Operation {
		decoded := new(vima.Operation)
		require.NoError(b, decoded.UnmarshalJSON(o.Raw))
		return decoded
	})
	return sink{
		subject: vimaSubject{}, pages: len(pages),
		commit: func(ctx context.Context, r replica, from int64, page int) error {
			_, err := r.(vimaReplica).Commit(ctx, "bench", vimasync.Change{From: vimasync.Checkpoint{Version: from}, Next: "{}", Rows: pages[page]})
			return err
		},
		table: func(d database) string {
			return `vima_operations (operation_id, operation_update_id, operation_create_id, client_operation_id, reference_id,
project, method, status, current_status, payment_status, payment_method_code, ` + d.exact("amount") + `, currency, requested_minor, requested_currency,
` + d.exact("complete_amount") + `, complete_currency, ` + d.exact("fee") + `, fee_currency, operation_created_at, operation_modified_at, complete_modified_at, raw, class, amount_minor, complete_amount_minor, fee_minor, complete_created_at, stored_at, first_stored_at)`
		},
		byHand: func(d database, page int) (rows [][]any) {
			for _, o := range pages[page] {
				rows = append(rows, vimaByHand(d, o))
			}
			return rows
		},
	}
}

func vimaByHand(d database, o *vima.Operation) []any {
	number := func(text string) any {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil
		}
		return n
	}
	money := func(d fmt.Stringer, known bool) any {
		if !known {
			return nil
		}
		return d.String()
	}
	amount, currency, known := o.Amount()
	fee, feeCurrency, charged := o.Fee()
	requested := o.CreateParams.Params.Payment.Amount
	var minor any
	if requested.ValueMinor != nil {
		minor = *requested.ValueMinor
	}
	return []any{
		number(o.OperationID), number(o.OperationUpdateID), number(o.OperationCreateID), o.ClientOperationID, o.ReferenceID,
		o.Project, o.CreateParams.Method, string(o.Outcome()), string(o.CurrentStatus), string(o.PaymentStatus), o.PaymentMethodCode,
		money(amount, known), currency, minor, requested.Currency,
		money(o.CompleteAmount, o.CompleteAmount != nil), o.CompleteCurrency, money(fee, charged), feeCurrency,
		instant(d, o.OperationCreatedAt), instant(d, o.OperationModifiedAt), instant(d, o.CompleteModifiedAt), string(o.Raw),
		string(o.Outcome().Class()), minor, minor, minor, instant(d, o.CompleteCreatedAt), instant(d, time.Now()), instant(d, time.Now()),
	}
}
