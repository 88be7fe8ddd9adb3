// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scales and lines of pictures of cumulative distributions.
 */
#include <math.h>
#include <stdio.h>

#include "cdf.h"
#include "svg.h"
#include "util.h"

double cdf_x(const struct cdf *cdf, double ns)
{
	double at = (log10(fmax(ns, 1)) - cdf->axis.low) / (cdf->axis.high - cdf->axis.low);

	return CDF_LEFT + (CDF_WIDTH - CDF_LEFT - CDF_RIGHT) * fmin(fmax(at, 0), 1);
}

double cdf_y(const struct cdf *cdf, double share)
{
	double nines = share < 1 ? -log10(1 - share) : cdf->nines;

	return CDF_HEIGHT - CDF_BOTTOM -
	       (CDF_HEIGHT - CDF_TOP - CDF_BOTTOM) * fmin(nines / cdf->nines, 1);
}

void cdf_grid(FILE *out, const struct cdf *cdf)
{
	static const struct { double share; const char *text; } lines[] = {
		{ 0, "0 %" }, { 0.5, "50 %" }, { 0.9, "90 %" }, { 0.99, "99 %" },
		{ 0.999, "99.9 %" }, { 0.9999, "99.99 %" },
	};
	char label[32];
	unsigned int i;
	double at;
	int power;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (lines[i].share && -log10(1 - lines[i].share) > cdf->nines)
			continue;
		at = cdf_y(cdf, lines[i].share);
		fprintf(out, "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>",
			CDF_LEFT, at, CDF_WIDTH - CDF_RIGHT, at);
		fprintf(out, "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
			CDF_LEFT - 6, at + 4, lines[i].text);
	}
	for (power = cdf->axis.low; power <= cdf->axis.high; power++) {
		at = cdf_x(cdf, pow(10, power));
		svg_power_label(label, sizeof(label), power);
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
			at, CDF_TOP, at, CDF_HEIGHT - CDF_BOTTOM);
		fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
			power == cdf->axis.high ? at + 6 : at, CDF_HEIGHT - CDF_BOTTOM + 16,
			power == cdf->axis.high ? "end" : "middle", label);
	}
}
