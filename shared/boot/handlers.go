package boot

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/httpapi"
)

// Verify builds the function verify: it opens secrets and person tokens, and
// signs.
func Verify() (httpapi.Handler, error) {
	return build("verify", func(b *Base) httpapi.Handler {
		b.Deps.Vault, b.Deps.Tokens = b.Keeper, b.Keeper
		b.Deps.Signer, b.Deps.Assertions = b.Keeper, b.Keeper
		return b.parts().Verify()
	})
}

// Enroll builds the function enroll: as verify, and it seals the codes that
// mails carry.
func Enroll() (httpapi.Handler, error) {
	return build("enroll", func(b *Base) httpapi.Handler {
		b.Deps.Vault, b.Deps.Tokens, b.Deps.MailVault = b.Keeper, b.Keeper, b.Keeper
		b.Deps.Signer, b.Deps.Assertions = b.Keeper, b.Keeper
		return b.parts().Enroll()
	})
}

// Policy builds the function policy: it reads actors' assertions with public
// keys and opens nothing.
func Policy() (httpapi.Handler, error) {
	return build("policy", func(b *Base) httpapi.Handler {
		b.Deps.Assertions = b.Keeper
		return b.parts().Policy()
	})
}

// Reset builds the function reset: it opens the tokens of those who ask for a
// reset, and the cursors of its list are sealed as tokens.
func Reset() (httpapi.Handler, error) {
	return build("reset", func(b *Base) httpapi.Handler {
		b.Deps.Assertions, b.Deps.Tokens = b.Keeper, b.Keeper
		return b.parts().Reset()
	})
}

// Directory builds the function directory: the cursors of its lists are sealed
// as tokens.
func Directory() (httpapi.Handler, error) {
	return build("directory", func(b *Base) httpapi.Handler {
		b.Deps.Assertions, b.Deps.Tokens = b.Keeper, b.Keeper
		return b.parts().Directory()
	})
}

// Pages builds the function pages: it reads public keys and opens nothing.
func Pages() (httpapi.Handler, error) {
	return build("pages", func(b *Base) httpapi.Handler { return b.parts().Pages() })
}

// build opens a function's Base and puts its handler together.
func build(function string, assemble func(*Base) httpapi.Handler) (httpapi.Handler, error) {
	base, err := Open(function)
	if err != nil {
		return nil, err
	}
	return inTime(assemble(base)), nil
}

func (b *Base) parts() Parts {
	return Parts{Deps: b.Deps, Log: b.Log, TenantRate: b.Config.TenantRate}
}

// answerReserve is kept of a function's time for its answer: Lambda ends a
// function that is late without one.
const answerReserve = 400 * time.Millisecond

// inTime gives a handler's work an end before the function's own.
func inTime(handler httpapi.Handler) httpapi.Handler {
	return func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		if end, limited := ctx.Deadline(); limited {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, end.Add(-answerReserve))
			defer cancel()
		}
		return handler(ctx, e)
	}
}
