namespace LoopRig.Training;

/// <summary>Units of the published mice that fired below 3 Hz and that the published code leaves out (Xu et al. 2023, mouse_model/data_utils_new.py).</summary>
internal static class XuDroppedUnits
{
    private static readonly int[] s_mouse1 =
    [
        1, 20, 21, 25, 27, 30, 31, 35, 39, 45, 46, 49, 50, 51, 52, 53, 54, 55, 57, 58, 59, 64, 65, 68, 75, 77, 79, 81, 83, 84, 87, 88, 90, 91, 94, 95, 97, 104, 105, 107,
    ];

    private static readonly int[] s_mouse2 = [0, 1, 2, 5, 6, 8, 11, 12, 13, 16, 18, 22, 24, 26, 28, 30, 41, 44, 47, 49];

    private static readonly int[] s_mouse3 = [1, 4, 9, 22, 25, 27, 28, 29, 43, 45, 46, 47, 51, 53];

    /// <summary>The list of a mouse, by its name and the number of units that its files hold; empty for another.</summary>
    public static int[] Of(string mouse, int units) => (mouse, units) switch
    {
        ("070921_J553RT", 108) => s_mouse1,
        ("110421_J569LT", 52) => s_mouse2,
        ("101521_J559NC", 63) => s_mouse3,
        _ => [],
    };
}
