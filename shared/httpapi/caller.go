package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// callerOf makes a Caller of what the request shows. Nothing in it comes from
// a header that a client could set instead of the gateway, but the credential
// and what a platform says about its actor.
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
	if c.Key, err = d.Platforms.Authenticate(ctx, bearer); err != nil {
		return c, err
	}
	if tenant := x.values["tenant"]; tenant != "" {
		c.Actor, err = x.headers.actor(tenant)
	}
	return c, err
}
