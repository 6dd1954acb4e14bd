namespace LoopRig.Core.Stimuli;

/// <summary>Looks into picture files; Core itself decodes none.</summary>
public interface IPictureFiles
{
    /// <summary>Lists a path: an image, a folder or zip of images, a .npy of pictures (N, H, W) or movies (N, T, H, W), a video.</summary>
    /// <exception cref="DataFileException">There is none, or it cannot be read.</exception>
    PictureListing List(string path);
}
