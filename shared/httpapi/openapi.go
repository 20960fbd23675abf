package httpapi

import _ "embed" // for OpenAPI

// OpenAPI is openapi.yaml, the full description of this API. The file at the
// root of the repository is a link to the one here, because Go embeds only
// files below the package. It is linked only into what uses it.
//
//go:embed openapi.yaml
var OpenAPI []byte
