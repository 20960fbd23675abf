package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// healthBody says that the service is up. It looks at nothing: a store that
// is away shows in the answers that need it.
type healthBody struct {
	Status string `json:"status"`
}

func healthz(context.Context, Deps, request[nothing]) (answer, error) {
	return ok(healthBody{Status: "ok"}), nil
}

// cacheable is for the public keys: they change rarely, and a new one is
// published long before it signs.
var cacheable = map[string]string{"Cache-Control": "public, max-age=300"}

func jwks(ctx context.Context, d Deps, _ request[nothing]) (answer, error) {
	keys, err := d.JWKS(ctx)
	return answer{status: 200, raw: keys, media: mediaJSON, headers: cacheable}, err
}

func openAPI(_ context.Context, d Deps, _ request[nothing]) (answer, error) {
	return answer{status: 200, raw: d.OpenAPI, media: "application/yaml"}, nil
}

// page makes the endpoint of a hosted page, or of what one loads. The answer
// is the same for everybody, and reading it changes nothing.
func page(path string) func(context.Context, Deps, request[nothing]) (answer, error) {
	return func(_ context.Context, d Deps, _ request[nothing]) (answer, error) {
		body, headers, ok := d.Pages(path)
		if !ok {
			return answer{}, &twofactor.Error{Code: twofactor.CodeNotFound, Detail: "There is no such page."}
		}
		return answer{status: 200, raw: body, media: headers["Content-Type"], headers: headers}, nil
	}
}
