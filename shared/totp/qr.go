package totp

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// quiet is the light margin that a reader needs, in modules (ISO/IEC 18004).
const quiet = 4

// minPixels is the smallest edge of a picture that cameras read with ease.
const minPixels = 240

// QR draws uri as a QR code: an SVG picture with a single path and nothing
// that runs, and a PNG picture of at least 240 pixels. It fails when uri is
// longer than a QR code holds; no URI of this package is.
func QR(uri string) (svg string, picture []byte, err error) {
	code, err := qr.Encode(uri, qr.M, qr.Auto)
	if err != nil {
		// The library's message would quote the URI, and with it the secret.
		return "", nil, fmt.Errorf("a text of %d bytes does not fit into a QR code", len(uri))
	}
	size := code.Bounds().Dx() + 2*quiet
	scale := (minPixels + size - 1) / size
	picture, err = drawPNG(code, size, scale)
	if err != nil {
		return "", nil, fmt.Errorf("draw a QR code: %w", err)
	}
	return drawSVG(code, size, scale), picture, nil
}

// dark reports whether the module at x, y is dark; coordinates count from the
// corner of the quiet zone.
func dark(code barcode.Barcode, x, y int) bool {
	at := image.Pt(x-quiet, y-quiet)
	return at.In(code.Bounds()) && code.At(at.X, at.Y) == color.Black
}

func drawPNG(code barcode.Barcode, size, scale int) ([]byte, error) {
	edge := size * scale
	picture := image.NewPaletted(image.Rect(0, 0, edge, edge), color.Palette{color.White, color.Black})
	for y := range edge {
		for x := range edge {
			if dark(code, x/scale, y/scale) {
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, picture)
	return out.Bytes(), err
}

// drawSVG writes one path with one rectangle for each run of dark modules.
func drawSVG(code barcode.Barcode, size, scale int) string {
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; {
			run := 0
			for dark(code, x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", x, y, run, run)
			}
			x += run + 1
		}
	}
	edge := size * scale
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" shape-rendering="crispEdges">`+
		`<rect width="%d" height="%d" fill="#fff"/><path fill="#000" d="%s"/></svg>`,
		edge, edge, size, size, size, size, path.String())
}
