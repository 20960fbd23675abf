package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// endpoint is what stands behind one line of the table.
type endpoint func(ctx context.Context, d Deps, x *exchange) (answer, error)

// request is what an endpoint gets: everything is checked for form, nothing
// for meaning. B is the type of the body.
type request[B any] struct {
	twofactor.Caller
	// Tenant, User and ID are the path's parameters; "" where it has none.
	Tenant, User, ID string
	Query            query
	IfMatch, Accept  string
	Body             B
}

// ref is the user that the path names.
func (r request[B]) ref() twofactor.Ref { return twofactor.Ref{Tenant: r.Tenant, User: r.User} }

// nothing is the body of a call that takes none.
type nothing struct{}

// answer is a result as HTTP sees it.
type answer struct {
	status int
	// body is marshalled as JSON; nil sends none.
	body any
	// raw is sent as it is, when media names its type.
	raw   []byte
	media string
	// headers are set besides those that every answer has.
	headers map[string]string
}

func ok(body any) answer       { return answer{status: 200, body: body} }
func created(body any) answer  { return answer{status: 201, body: body} }
func accepted(body any) answer { return answer{status: 202, body: body} }
func gone() answer             { return answer{status: 204} }

// put is the answer to a PUT: 201 where it made something.
func put(body any, made bool) answer {
	if made {
		return created(body)
	}
	return ok(body)
}

// to makes an endpoint of a function: the generic door. It finds out who
// calls, reads the whole request, and refuses it before the use case sees any
// of it. query names the query parameters that the call takes.
func to[B any](do func(context.Context, Deps, request[B]) (answer, error), query ...string) endpoint {
	return func(ctx context.Context, d Deps, x *exchange) (answer, error) {
		caller, err := callerOf(ctx, d, x)
		if err != nil {
			return answer{}, err
		}
		r := request[B]{
			Caller: caller, Tenant: x.values["tenant"], User: x.values["user"], ID: x.values["id"],
			IfMatch: x.headers.get("if-match"), Accept: x.headers.get("accept"),
		}
		if err := checkPath(x.values); err != nil {
			return answer{}, err
		}
		if err := d.admit(x, caller); err != nil {
			return answer{}, err
		}
		if r.Actor, err = actorOf(x, caller); err != nil {
			return answer{}, err
		}
		if r.Query, err = queryOf(x.event.RawQueryString, query); err != nil {
			return answer{}, err
		}
		body, err := bodyOf(x.event, x.headers, x.route.BodyLimit())
		if err != nil {
			return answer{}, err
		}
		if r.Body, err = decode[B](body); err != nil {
			return answer{}, err
		}
		if r.Once, err = onceOf(x, r.Caller, body); err != nil {
			return answer{}, err
		}
		return do(ctx, d, r)
	}
}
