package twofactor

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Events reads the audit trail of a tenant.
type Events struct{ Deps }

// NewEvents makes Events.
func NewEvents(d Deps) *Events { return &Events{Deps: d} }

// Order is the direction of a list of events.
type Order string

// The orders. Descending is newest first; ascending follows the filing.
const (
	OrderDescending Order = "desc"
	OrderAscending  Order = "asc"
)

// EventQuery says which events to list. A member that is empty asks for
// nothing.
type EventQuery struct {
	// User is the id of the user whom an event is about.
	User string
	Type EventType
	// From is the first moment, To the first one that does not count.
	From, To time.Time
	// Order is OrderDescending when empty.
	Order Order
	// Limit is from 1 to 200; 0 is 50.
	Limit  int
	Cursor string
}

// TailDelay is how far behind the ascending order is: an event is shown there
// this long after it was filed. It is longer than one filing takes
// (filingTime), the list takes to follow the table, and clocks of two
// functions differ, together.
const TailDelay = 10 * time.Second

// List shows events a page at a time.
//
// Descending, it shows them by the time when they happened, newest first, and
// next is "" at the end.
//
// Ascending, it follows the order of filing, TailDelay behind, so that whoever
// goes on with the last cursor gets every event once, also one that was filed
// late. There From and To are about the time of filing. next is "" only when
// there was nothing new: keep the last cursor and ask again later.
//
// A page may be short, or empty. A cursor is good for the key, the tenant and
// the question that it was made for.
func (v *Events) List(ctx context.Context, c Caller, tenant string, q EventQuery) ([]Event, string, error) {
	if err := q.check(); err != nil {
		return nil, "", err
	}
	limit, err := pageSize(q.Limit)
	if err != nil {
		return nil, "", err
	}
	a, err := v.authorize(ctx, c, tenant, actEvents)
	if err != nil {
		return nil, "", err
	}
	list := q.name(tenant)
	after, err := v.openCursor(ctx, c, list, q.Cursor)
	if err != nil {
		return nil, "", err
	}
	page, err := v.Store.List(ctx, q.rows(tenant, after, limit, a.now))
	if err != nil {
		return nil, "", unavailable(err)
	}
	events := []Event{}
	position := page.Next
	for _, record := range page.Records {
		row, ok := record.(*EventRow)
		if !ok {
			continue
		}
		events = append(events, row.Event)
		if q.Order == OrderAscending && page.Next == "" {
			position = row.FiledPosition()
		}
	}
	next, err := v.sealCursor(ctx, c, list, position)
	return events, next, err
}

// rows asks the store for a page. Ascending it stays behind what is being
// filed now.
func (q EventQuery) rows(tenant, after string, limit int, now time.Time) Query {
	rows := Query{
		Kind: KindEventRow, Tenant: tenant, User: q.User, Type: q.Type,
		After: after, Limit: limit, Descending: true,
	}
	floor, until := IDFloor, q.To
	if q.Order == OrderAscending {
		rows.Descending, rows.ByFiling, floor = false, true, FiledFloor
		if held := now.Add(-TailDelay); until.IsZero() || held.Before(until) {
			until = held
		}
	}
	if !q.From.IsZero() {
		rows.From = floor(q.From)
	}
	if !until.IsZero() {
		rows.Until = floor(until)
	}
	return rows
}

func (q EventQuery) check() error {
	var wrong []FieldError
	if q.User != "" && !ValidID(q.User) {
		wrong = append(wrong, FieldError{"/query/user", "It is not the id of a user."})
	}
	if q.Type != "" && !slices.Contains(EventTypes, q.Type) {
		wrong = append(wrong, FieldError{"/query/type", "It is not a type of event."})
	}
	if q.Order != "" && q.Order != OrderAscending && q.Order != OrderDescending {
		wrong = append(wrong, FieldError{"/query/order", `It is "asc" or "desc".`})
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		wrong = append(wrong, FieldError{"/query/to", "It lies before from."})
	}
	return invalidFields(wrong)
}

// name tells this question from any other, for its cursors. The size of a page
// may change on the way.
func (q EventQuery) name(tenant string) string {
	text := fmt.Sprintf("%s\x00%s\x00%s\x00%d\x00%d\x00%s", tenant, q.User, q.Type, unixMilli(q.From), unixMilli(q.To), q.Order)
	sum := sha256.Sum256([]byte(text))
	return "events/" + hex.EncodeToString(sum[:16])
}

func unixMilli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
