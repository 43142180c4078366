package org.ascend4j.bench.measure;

/**
 * The line of least squares through points.
 *
 * @param r2 share of the variance that the line explains; 1 if there is none
 */
public record LineFit(double intercept, double slope, double r2) {
    /** @param x at least two, not all equal */
    public static LineFit of(double[] x, double[] y) {
        if (x.length != y.length || x.length < 2) {
            throw new IllegalArgumentException("a line needs two points, found " + x.length + " and " + y.length);
        }
        double meanX = Spread.of(x).mean();
        double meanY = Spread.of(y).mean();
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        if (!(xx > 0)) {
            throw new IllegalArgumentException("all points have the same x");
        }
        return new LineFit(meanY - xy / xx * meanX, xy / xx, yy == 0 ? 1 : xy * xy / (xx * yy));
    }

    /** The line's value at {@code x}. */
    public double at(double x) {
        return intercept + slope * x;
    }
}
