package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// callerOf makes a Caller of the credential. Nothing else in it comes from a
// header: the address is the one that the gateway saw.
func callerOf(ctx context.Context, d Deps, x *exchange) (twofactor.Caller, error) {
	c := twofactor.Caller{
		RequestID: x.requestID,
		IP:        x.event.RequestContext.HTTP.SourceIP,
		UserAgent: x.event.RequestContext.HTTP.UserAgent,
	}
	if x.route.Credential == CredentialNone {
		return c, nil
	}
	bearer, err := x.headers.bearer()
	if err != nil {
		return c, err
	}
	if x.route.Credential == CredentialPerson {
		if c.Person, err = d.People.Authenticate(ctx, bearer); err == nil {
			x.tenant = c.Person.Ref.Tenant
		}
		return c, err
	}
	c.Key, err = d.Platforms.Authenticate(ctx, bearer)
	return c, err
}

// actorOf reads whom a platform names. A person acts alone, and a path without
// a tenant has nobody to act on.
func actorOf(x *exchange, c twofactor.Caller) (*twofactor.Actor, error) {
	if c.Key == nil || x.values["tenant"] == "" {
		return nil, nil
	}
	return x.headers.actor(x.values["tenant"])
}
