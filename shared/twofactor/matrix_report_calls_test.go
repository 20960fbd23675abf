package twofactor_test

import "sallyport/shared/twofactor"

// reportCalls are the calls that tell how a tenant stands, and remind it.
func reportCalls() []platformCall {
	read, remind := perms(twofactor.PermReportsRead), perms(twofactor.PermRequirementsRequire)
	start := func(w *world, c twofactor.Caller) error {
		started, err := twofactor.NewReminders(w.deps).Start(w.ctx, c, w.tenant)
		w.id = started.ID
		return err
	}
	return []platformCall{
		{action: "summary", name: "sum up", scope: users, perms: read,
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewUsers(w.deps).Summary(w.ctx, c, w.tenant, twofactor.SummaryQuery{})
				return err
			}},
		{action: "events", name: "read the trail", scope: admin, perms: read,
			call: func(w *world, c twofactor.Caller) error {
				_, _, err := twofactor.NewEvents(w.deps).List(w.ctx, c, w.tenant, twofactor.EventQuery{})
				return err
			}},
		{action: "reminder.start", name: "remind", scope: admin, perms: remind, actor: true, call: start},
		{action: "reminder.read", name: "look at a reminder", scope: admin, perms: remind,
			prepare: func(w *world) { w.ok(start(w, w.by(w.tenant, "root"))) },
			call: func(w *world, c twofactor.Caller) error {
				_, err := twofactor.NewReminders(w.deps).Get(w.ctx, c, w.tenant, w.id)
				return err
			}},
	}
}

// deskCalls are those of the reset desk.
func deskCalls() []platformCall {
	request := func(w *world) {
		ann := w.auth(w.ann)
		ann.OpenReset = &twofactor.OpenReset{ID: "request", CreatedAt: w.clock(), Generation: ann.Generation}
		w.put(ann, &twofactor.ResetRequest{
			ID: "request", Ref: w.ann, Incarnation: ann.Incarnation, Generation: ann.Generation, CreatedAt: w.clock(),
		})
	}
	decide := func(approve bool) func(*world, twofactor.Caller) error {
		return func(w *world, c twofactor.Caller) error {
			_, err := twofactor.NewResets(w.deps).Decide(w.ctx, c, w.tenant, twofactor.DecideInput{ID: "request", Approve: approve})
			return err
		}
	}
	may := perms(twofactor.PermResetsDecide)
	return []platformCall{
		{action: "reset_request.read", name: "look at the reset desk", scope: admin, perms: may,
			call: func(w *world, c twofactor.Caller) error {
				_, _, err := twofactor.NewResets(w.deps).Requests(w.ctx, c, w.tenant, twofactor.RequestQuery{})
				return err
			}},
		{action: "reset_request.decide", name: "approve a reset", scope: admin, perms: may, actor: true, recent: true, once: true,
			prepare: request, call: decide(true)},
		{action: "reset_request.decide", name: "deny a reset", scope: admin, perms: may, actor: true, recent: true, once: true,
			prepare: request, call: decide(false)},
	}
}
