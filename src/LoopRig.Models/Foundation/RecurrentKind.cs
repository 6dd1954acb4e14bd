namespace LoopRig.Models.Foundation;

/// <summary>The recurrent cell of the foundation network's core.</summary>
public enum RecurrentKind
{
    /// <summary>Convolutional vision transformer LSTM: attention over all places, the released one.</summary>
    CvtLstm,

    /// <summary>Convolutional LSTM.</summary>
    ConvLstm,
}
