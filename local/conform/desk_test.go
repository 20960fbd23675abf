package conform

import (
	"context"

	"sallyport/shared/twofactor"
)

func (m managing) Request(context.Context, twofactor.Caller, twofactor.RequestInput) (twofactor.RequestAnswer, error) {
	return twofactor.RequestAnswer{ID: "r1", State: twofactor.ResetPending}, nil
}

func (m managing) Requests(context.Context, twofactor.Caller, string, twofactor.RequestQuery) ([]twofactor.RequestView, string, error) {
	if m.poor {
		return nil, "", nil
	}
	return []twofactor.RequestView{m.request(), managing{enrolling{poor: true}}.request()}, "next", nil
}

func (m managing) Decide(context.Context, twofactor.Caller, string, twofactor.DecideInput) (twofactor.RequestView, error) {
	return m.request(), nil
}

func (m managing) request() twofactor.RequestView {
	v := twofactor.RequestView{ID: "r1", User: "ann", State: twofactor.ResetPending, CreatedAt: noon, ExpiresAt: noon}
	if !m.poor {
		v.State, v.Reason, v.DecidedAt, v.DecidedBy, v.Note = twofactor.ResetDenied, "lost", noon, &twofactor.Ref{Tenant: "acme", User: "root"}, "no"
	}
	return v
}

type reminders struct{ enrolling }

func (r reminders) Start(context.Context, twofactor.Caller, string) (twofactor.ReminderView, error) {
	return r.Get(context.Background(), twofactor.Caller{}, "", "")
}

func (r reminders) Get(context.Context, twofactor.Caller, string, string) (twofactor.ReminderView, error) {
	if r.poor {
		return twofactor.ReminderView{ID: "reminder-2026-03-04", StartedAt: noon, State: twofactor.ReminderDone}, nil
	}
	return twofactor.ReminderView{ID: "reminder-2026-03-04", StartedAt: noon, Total: 9, Sent: 5, Failed: 1, State: twofactor.ReminderRunning}, nil
}

func (u users) Summary(context.Context, twofactor.Caller, string, twofactor.SummaryQuery) (twofactor.SummaryAnswer, error) {
	counts := twofactor.Summary{Users: 9, Active: 5, Pending: 4, Locked: 1}
	if u.poor {
		return twofactor.SummaryAnswer{Summary: counts, AsOf: noon}, nil
	}
	return twofactor.SummaryAnswer{
		Summary: counts, AsOf: noon, Parent: true, Next: "next",
		Tenants: []twofactor.TenantSummary{{Tenant: "client", Name: "Client", Summary: counts}},
	}, nil
}

type trail struct{ enrolling }

func (e trail) List(context.Context, twofactor.Caller, string, twofactor.EventQuery) ([]twofactor.Event, string, error) {
	if e.poor {
		return nil, "", nil
	}
	return []twofactor.Event{
		{
			ID: "01JB3Z8Q0V6W8K2M4N5P6R7S8T", At: noon, Type: twofactor.EventFactorReset, Tenant: "acme", User: "ann",
			Actor: &twofactor.Ref{Tenant: "acme", User: "root"}, KeyID: "k1", IP: "192.0.2.1", UserAgent: "x", Detail: map[string]string{"then": "enroll"},
		},
		{ID: "01JB3Z8Q0V6W8K2M4N5P6R7S8V", At: noon, Type: twofactor.EventTenantCreated, Tenant: "acme"},
	}, "next", nil
}
