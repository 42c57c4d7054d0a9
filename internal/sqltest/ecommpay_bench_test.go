package sqltest_test

import (
	"context"
	"crypto/sha256"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func ecommpaySink(b *testing.B) sink {
	b.Helper()
	pages := paged(ecommpaytest.Plan{Operations: benchRows, Seed: 1}.All(), 1000, func(o *ecommpay.Operation) *ecommpay.Operation {
		raw, err := o.MarshalJSON()
		require.NoError(b, err)
		decoded := new(ecommpay.Operation)
		require.NoError(b, decoded.UnmarshalJSON(raw))
		return decoded
	})
	return sink{
		subject: ecommpaySubject{}, pages: len(pages),
		commit: func(ctx context.Context, r replica, from int64, page int) error {
			_, err := r.(ecommpayReplica).Commit(ctx, "bench", ecommpaysync.Change{From: ecommpaysync.Checkpoint{Version: from}, Next: "{}", Rows: pages[page]})
			return err
		},
		table: func(d database) string {
			return `ecommpay_operations (operation_id, digest, checkpoint, project_id, payment_id, operation_type, operation_status,
amount_minor, currency, converted_amount_minor, converted_currency, payment_method_name, payment_method_type,
operation_created_at, operation_completed_at, provider_date, shipment_date, arn, rrn, payment_provider_code, payment_provider_message, raw, class, stored_at, first_stored_at)`
		},
		byHand: func(d database, page int) (rows [][]any) {
			for _, o := range pages[page] {
				rows = append(rows, ecommpayByHand(d, o))
			}
			return rows
		},
	}
}

func ecommpayByHand(d database, o *ecommpay.Operation) []any {
	amount := func(s ecommpay.Sum) any {
		if s.Currency == "" {
			return nil
		}
		return s.AmountMinor
	}
	id, err := strconv.ParseInt(o.OperationID, 10, 64)
	if err != nil {
		panic(err)
	}
	digest := sha256.Sum256(o.Raw)
	return []any{
		id, digest[:], 1, o.ProjectID, o.PaymentID, string(o.OperationType), string(o.OperationStatus),
		amount(o.SumInitial), o.SumInitial.Currency, amount(o.SumConverted), o.SumConverted.Currency, o.PaymentMethodName, o.PaymentMethodType,
		instant(d, o.OperationCreatedAt), instant(d, o.OperationCompletedAt), instant(d, o.ProviderDate), instant(d, o.ShipmentDate),
		o.ARN, o.RRN, o.PaymentProviderCode, o.PaymentProviderMessage, string(o.Raw),
		string(o.OperationStatus.Class()), instant(d, time.Now()), instant(d, time.Now()),
	}
}
