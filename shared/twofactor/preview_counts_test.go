package twofactor_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// metropolis is a desk with a tenant that is too large to be read one by one.
func metropolis(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.tenant("t")
	d.enrolled("t", "root")
	var batch []twofactor.UserInput
	for i := range 2200 {
		in := entry(fmt.Sprintf("u%04d", i), twofactor.RoleUser)
		if i%100 == 0 {
			in.Email = ""
		}
		batch = append(batch, in)
	}
	for part := range slices.Chunk(batch, 500) {
		_, err := d.users().PutMany(d.ctx, d.plain(), "t", part)
		d.ok(err)
	}
	return d
}

func always(p *twofactor.Policy) { required(p); p.EmailVerification = twofactor.EmailAlways }

func TestThePreviewOfALargeTenantCountsEverybodyWithAndWithoutCounts(t *testing.T) {
	d := metropolis(t)
	without := d.previewed("t", always)
	_, err := twofactor.NewCounts(d.deps).Recount(d.ctx, "t")
	d.ok(err)
	listed := 0
	d.store.OnLoad(func(wants []twofactor.Want) error {
		listed += len(wants)
		return nil
	})
	with := d.previewed("t", always)
	for name, got := range map[string]twofactor.PreviewAnswer{"without counts": without, "with counts": with} {
		if got.Required.Total != 2201 || got.Walled.Total != 2200 || got.WithoutEmail.Total != 22 {
			t.Errorf("%s: %d required, %d walled, %d without address", name, got.Required.Total, got.Walled.Total, got.WithoutEmail.Total)
		}
		if len(got.Walled.Sample) != 10 || got.Walled.Sample[0] != "u0000" || got.WithoutEmail.Sample[1] != "u0100" {
			t.Errorf("%s: sampled %v and %v", name, got.Walled.Sample, got.WithoutEmail.Sample)
		}
	}
	if listed > 2100 {
		t.Errorf("%d records were read, though there are counts", listed)
	}
	d.store.OnLoad(nil)
	t.Run("a grace that begins now is everybody's, one that began long ago is over", d.graceByCounts)
}

func (d *desk) graceByCounts(t *testing.T) {
	grace := func(p *twofactor.Policy) { required(p); p.GraceDays = 7 }
	if got := d.previewed("t", grace); got.Walled.Total != 0 || got.Required.Total != 2201 {
		t.Errorf("a grace that begins now: %d of %d walled", got.Walled.Total, got.Required.Total)
	}
	_, err := d.save(d.as("t", "root"), "t", `"1"`, grace)
	d.ok(err)
	d.later(8 * 24 * time.Hour)
	if got := d.previewed("t", grace); got.Walled.Total != 2200 {
		t.Errorf("a grace that is over: %d walled", got.Walled.Total)
	}
}
