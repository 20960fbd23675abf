package twofactor_test

import (
	"fmt"
	"testing"

	"sallyport/shared/twofactor"
)

// An item of DynamoDB holds 409,600 bytes: keeping more would fail for ever.
func TestABatchWhoseAnswerNoItemHoldsIsDoneAndNotKept(t *testing.T) {
	d := newDesk(t)
	d.tenant("t")
	in := []twofactor.UserInput{entry("ann", twofactor.RoleUser)}
	for size, kept := range map[int]bool{300_000: true, 410_000: false} {
		c := idempotent(d.plain(), fmt.Sprint("batch of ", size), "body")
		c.Once.Render = func(any) (int, []byte, error) { return 200, make([]byte, size), nil }
		_, err := d.users().PutMany(d.ctx, c, "t", in)
		d.ok(err)
		results, err := d.users().PutMany(d.ctx, c, "t", in)
		if _, again := err.(*twofactor.Replayed); again != kept {
			t.Errorf("%d bytes: kept is %v, results %v, error %v", size, again, results, err)
		}
	}
}
