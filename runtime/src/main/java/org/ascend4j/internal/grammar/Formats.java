package org.ascend4j.internal.grammar;

import java.util.Map;
import java.util.TreeMap;

/** The values of JSON Schema's "format" that are enforced, each as an expression for a part of what it allows. */
final class Formats {
    private static final String DAYS =
            "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
    private static final String LEAP_YEAR = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)";
    private static final String DATE = "([1-9][0-9]{3}-" + DAYS + "|" + LEAP_YEAR + "-02-29)";
    private static final String MINUTES = ":[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?";
    private static final String HOUR = "([01][0-9]|2[0-3])";
    private static final String ZONE = "(Z|\\+00:00|[+-](0[1-9]|1[0-3]):[0-5][0-9])";
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String HEX4 = "[0-9a-fA-F]{4}";
    private static final String NAME_LABEL = "[A-Za-z]([A-Za-z0-9]{0,20})";
    private static final String GROUP = "[0-9a-fA-F]{1,4}";

    private static final Map<String, String> EXPRESSIONS = new TreeMap<>(Map.of(
            "date", DATE,
            "time", times(),
            "date-time", DATE + "T" + HOUR + MINUTES + ZONE,
            "uuid", HEX4 + HEX4 + "-" + HEX4 + "-" + HEX4 + "-" + HEX4 + "-" + HEX4 + HEX4 + HEX4,
            "ipv4", "(" + OCTET + "\\.){3}" + OCTET,
            "ipv6",
                    "(" + GROUP + ":){7}" + GROUP + "|" + GROUP + "(:" + GROUP + "){0,3}::(" + GROUP + "(:" + GROUP
                            + "){0,1})?|::1",
            "email", "[A-Za-z0-9_+-]{1,20}(\\.[A-Za-z0-9_+-]{1,20}){0,2}@(" + NAME_LABEL + "\\.){1,3}" + topDomains(),
            "hostname", "(" + NAME_LABEL + "\\.){0,3}" + NAME_LABEL,
            "uri",
                    "https?://(" + NAME_LABEL + "\\.){0,3}" + NAME_LABEL
                            + "(:[1-9][0-9]{0,3})?(/[A-Za-z0-9_.~-]{1,40}){0,10}/?"
                            + "(\\?[A-Za-z0-9_=&-]{1,100})?(#[A-Za-z0-9_-]{1,40})?",
            "duration",
                    "P([1-9][0-9]{0,3}D(T[1-9][0-9]{0,3}H([1-9][0-9]{0,3}M([1-9][0-9]{0,3}S)?)?)?"
                            + "|T[1-9][0-9]{0,3}[HMS]|[1-9][0-9]{0,3}[WMY])"));

    private Formats() {}

    /** Validators stumble over times whose offset carries a minute or moves them to another day: left out. */
    private static String times() {
        StringBuilder out = new StringBuilder(HOUR + MINUTES + "(Z|\\+00:00)");
        for (int hour = 0; hour < 24; hour++) {
            String zone = offsets('+', Math.min(hour - 1, 13)) + offsets('-', Math.min(22 - hour, 13));
            out.append('|')
                    .append(twoDigits(hour))
                    .append(MINUTES)
                    .append('(')
                    .append(zone.substring(1))
                    .append(')');
        }
        return out.toString();
    }

    private static String offsets(char sign, int most) {
        StringBuilder out = new StringBuilder();
        for (int hour = 1; hour <= most; hour++) {
            out.append('|')
                    .append(sign == '+' ? "\\+" : "-")
                    .append(twoDigits(hour))
                    .append(sign == '+' ? ":[0-5][0-9]" : ":00");
        }
        return out.toString();
    }

    private static String twoDigits(int value) {
        return (value < 10 ? "0" : "") + value;
    }

    /** Generic domains in wide use and those of countries: some validators know the list. */
    private static String topDomains() {
        return "(com|org|net|edu|gov|mil|int|info|biz|name|dev|app|cloud|online|eu|uk|ae|am|ar|at|au|az|be|bg|bo|br"
                + "|by|ca|ch|cl|cn|co|cr|cy|cz|de|dk|do|dz|ec|ee|eg|es|fi|fr|ge|gr|gt|hk|hr|hu|id|ie|il|in|io|iq|ir"
                + "|is|it|jp|ke|kg|kr|kw|kz|lb|lt|lu|lv|ly|ma|md|me|mk|mn|mo|mt|mx|my|ng|nl|no|np|nz|om|pa|pe|ph|pk"
                + "|pl|pt|py|qa|ro|rs|ru|sa|se|sg|si|sk|sn|sy|th|tn|tr|tv|tw|tz|ua|ug|us|uy|uz|ve|vn|ye|za|zm|zw)";
    }

    /** The expression of a format, or null where it is not known. */
    static String expression(String format) {
        return EXPRESSIONS.get(format);
    }

    static String names() {
        return String.join(", ", EXPRESSIONS.keySet());
    }
}
