package twofactor_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sallyport/shared/twofactor"
)

// EM-09: one instance that mails the same user id of fifty tenants gives each
// mail the name, support address and recipient of its own tenant.
func TestEM09ABatchOfFiftyTenantsMailsEachItsOwnNameAndAddress(t *testing.T) {
	const many = 50
	w := newWatched(t)
	type brand struct{ name, support, to string }
	want := map[string]brand{}
	for n := range many {
		id := fmt.Sprintf("t%02d", n)
		w.tenant(id)
		want[id] = brand{fmt.Sprintf("Brand %02d", n), fmt.Sprintf("help@t%02d.example", n), fmt.Sprintf("jane@t%02d.example", n)}
		record := stored[twofactor.Tenant](w.rig, twofactor.TenantKey(id))
		record.Name, record.SupportEmail = want[id].name, want[id].support
		w.put(record)
		jane := entry("jane", twofactor.RoleUser)
		jane.Email = want[id].to
		_, _, err := twofactor.NewUsers(w.deps).Put(w.ctx, w.platform(), id, jane)
		w.ok(err)
	}
	w.pump()
	w.post.taken = nil
	for id := range want {
		w.enrol(twofactor.Ref{Tenant: id, User: "jane"})
	}
	batch := w.fresh()
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
	for _, change := range batch {
		w.handle(change.Change)
	}
	w.pump()
	if len(w.post.taken) != many {
		t.Errorf("%d mails, want %d", len(w.post.taken), many)
	}
	for _, m := range w.post.taken {
		got := brand{m.Vars[twofactor.VarTenant], m.Vars[twofactor.VarSupport], m.To}
		if m.Kind != twofactor.MailEnrolled || got != want[m.Tenant] {
			t.Errorf("%s of %s: %+v, want %+v", m.Kind, m.Tenant, got, want[m.Tenant])
		}
		delete(want, m.Tenant)
	}
}
