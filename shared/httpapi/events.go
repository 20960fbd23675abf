package httpapi

import (
	"bytes"
	"context"

	"github.com/go-json-experiment/json"

	"sallyport/shared/twofactor"
)

// eventFilters are the parameters of GET …/events.
var eventFilters = append([]string{"user", "type", "from", "to", "order"}, listParameters...)

func (q query) events() (twofactor.EventQuery, error) {
	limit, err := q.limit()
	if err != nil {
		return twofactor.EventQuery{}, err
	}
	from, err := q.time("from")
	if err != nil {
		return twofactor.EventQuery{}, err
	}
	to, err := q.time("to")
	if err != nil {
		return twofactor.EventQuery{}, err
	}
	return twofactor.EventQuery{
		User: q["user"], Type: twofactor.EventType(q["type"]), From: from, To: to, Order: twofactor.Order(q["order"]),
		Limit: limit, Cursor: q["cursor"],
	}, nil
}

// eventBody is one event of the trail.
type eventBody struct {
	ID        string              `json:"id"`
	At        *string             `json:"at"`
	Type      twofactor.EventType `json:"type"`
	User      string              `json:"user,omitzero"`
	Actor     *actorBody          `json:"actor,omitzero"`
	Key       string              `json:"key,omitzero"`
	IP        string              `json:"ip,omitzero"`
	UserAgent string              `json:"user_agent,omitzero"`
	Detail    map[string]string   `json:"detail"`
}

func showEvent(e twofactor.Event) eventBody {
	return eventBody{
		ID: e.ID, At: stamp(e.At), Type: e.Type, User: e.User, Actor: showActor(e.Actor),
		Key: e.KeyID, IP: e.IP, UserAgent: e.UserAgent, Detail: e.Detail,
	}
}

// eventLines writes events one in a line.
func eventLines(events []twofactor.Event) ([]byte, error) {
	var b bytes.Buffer
	for _, e := range events {
		line, err := json.Marshal(showEvent(e), json.Deterministic(true))
		if err != nil {
			return nil, err
		}
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// eventSheet writes events as CSV; detail is JSON in one cell.
func eventSheet(events []twofactor.Event) ([]byte, error) {
	rows := [][]string{{"id", "at", "type", "user", "actor_tenant", "actor", "key", "ip", "user_agent", "detail"}}
	for _, e := range events {
		detail, err := json.Marshal(e.Detail, json.Deterministic(true))
		if err != nil {
			return nil, err
		}
		var by twofactor.Ref
		if e.Actor != nil {
			by = *e.Actor
		}
		rows = append(rows, []string{
			e.ID, orEmpty(stamp(e.At)), string(e.Type), e.User, by.Tenant, by.User, e.KeyID, e.IP, e.UserAgent, string(detail),
		})
	}
	return sheet(rows)
}

func listEvents(ctx context.Context, d Deps, r request[nothing]) (answer, error) {
	asked, err := r.Query.events()
	if err != nil {
		return answer{}, err
	}
	events, next, err := d.Events.List(ctx, r.Caller, r.Tenant, asked)
	if err != nil {
		return answer{}, err
	}
	reply := answer{status: 200, headers: r.pageHeaders(d, "/events", next)}
	switch preferred(r.Accept, mediaJSON, mediaNDJSON, mediaCSV) {
	case mediaNDJSON:
		reply.media = mediaNDJSON
		reply.raw, err = eventLines(events)
	case mediaCSV:
		reply.media = sheetMedia
		reply.raw, err = eventSheet(events)
	default:
		b := listBody[eventBody]{NextCursor: orNull(next)}
		for _, e := range events {
			b.Items = append(b.Items, showEvent(e))
		}
		reply.body = b
	}
	return reply, err
}
