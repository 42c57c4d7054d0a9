package table

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"KIND", "ROWS", "SUM"}, {"возврат", "7", ""}, {"fee", "1200", "-1.50"}}
	assert.Equal(t, "KIND     ROWS    SUM\nвозврат     7\nfee      1200  -1.50\n", string(Text(rows, 1, 2)))
	assert.Equal(t, "KIND     ROWS  SUM\nвозврат  7\nfee      1200  -1.50\n", string(Text(rows)))
	assert.Equal(t, "ONE\n", string(Text([][]string{{"ONE"}})))
}
