package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// reminderBody is how far a reminder has come.
type reminderBody struct {
	ID        string                  `json:"id"`
	StartedAt *string                 `json:"started_at"`
	Total     int                     `json:"total"`
	Sent      int                     `json:"sent"`
	Failed    int                     `json:"failed"`
	State     twofactor.ReminderState `json:"state"`
}

func showReminder(v twofactor.ReminderView) reminderBody {
	return reminderBody{ID: v.ID, StartedAt: stamp(v.StartedAt), Total: v.Total, Sent: v.Sent, Failed: v.Failed, State: v.State}
}

func startReminder(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	show := func(v twofactor.ReminderView) answer { return accepted(showReminder(v)) }
	view, err := d.Reminders.Start(ctx, keep(r.Caller, show), r.Tenant)
	return show(view), err
}

func getReminder(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	view, err := d.Reminders.Get(ctx, r.Caller, r.Tenant, r.ID)
	return ok(showReminder(view)), err
}
