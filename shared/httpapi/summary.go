package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// countsBody counts users by state (contract §3, GET …/summary).
type countsBody struct {
	Users          int `json:"users"`
	Active         int `json:"active"`
	Pending        int `json:"pending"`
	NotRequired    int `json:"not_required"`
	NotApplicable  int `json:"not_applicable"`
	NotAvailable   int `json:"not_available"`
	Locked         int `json:"locked"`
	ResetRequested int `json:"reset_requested"`
}

// summaryBody is the summary of a tenant; of a parent with its clients.
type summaryBody struct {
	Counts  countsBody   `json:",embed"`
	AsOf    *string      `json:"as_of"`
	Clients *clientsBody `json:",embed"`
}

// clientsBody is one page of a parent's clients.
type clientsBody struct {
	Tenants    []clientBody `json:"tenants"`
	NextCursor *string      `json:"next_cursor"`
}

type clientBody struct {
	Tenant string     `json:"tenant"`
	Name   string     `json:"name"`
	Counts countsBody `json:",embed"`
}

func showSummary(a twofactor.SummaryAnswer) summaryBody {
	b := summaryBody{Counts: countsBody(a.Summary), AsOf: stamp(a.AsOf)}
	if !a.Parent {
		return b
	}
	b.Clients = &clientsBody{NextCursor: orNull(a.Next)}
	for _, t := range a.Tenants {
		b.Clients.Tenants = append(b.Clients.Tenants, clientBody{Tenant: t.Tenant, Name: t.Name, Counts: countsBody(t.Summary)})
	}
	return b
}

// summarySheet is the same as CSV: a row for the tenant itself, on the first
// page alone, and one for each client.
func summarySheet(tenant string, first bool, a twofactor.SummaryAnswer) ([]byte, error) {
	asOf := orEmpty(stamp(a.AsOf))
	row := func(id, name string, s twofactor.Summary) []string {
		return append(append([]string{id, name}, s.Cells()...), asOf)
	}
	rows := [][]string{append(append([]string{"tenant", "name"}, twofactor.SummaryColumns...), "as_of")}
	if first {
		rows = append(rows, row(tenant, a.Name, a.Summary))
	}
	for _, t := range a.Tenants {
		rows = append(rows, row(t.Tenant, t.Name, t.Summary))
	}
	return sheet(rows)
}

func summary(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	limit, err := r.Query.limit()
	if err != nil {
		return answer{}, err
	}
	a, err := d.Users.Summary(ctx, r.Caller, r.Tenant, twofactor.SummaryQuery{Limit: limit, Cursor: r.Query["cursor"]})
	if err != nil {
		return answer{}, err
	}
	reply := answer{status: 200, headers: r.pageHeaders(d, "/summary", a.Next)}
	if preferred(r.Accept, mediaJSON, mediaCSV) == mediaCSV {
		reply.media = sheetMedia
		reply.raw, err = summarySheet(r.Tenant, r.Query["cursor"] == "", a)
		return reply, err
	}
	reply.body = showSummary(a)
	return reply, nil
}
